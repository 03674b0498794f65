"""The anchors' server: gunicorn's defaults, and no control socket in the home folder."""

control_socket_disable = True
