"""What people do with each other: standing sign-ups, pairs, stand-ins, team mates."""
