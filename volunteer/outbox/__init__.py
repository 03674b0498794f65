"""Messages waiting to be sent, the channels that carry them, and the person's inbox."""
