"""The log-in of the admin, as its form sends it."""

LOGIN = "/admin/login/?next=/admin/"
PASSWORD = "a long passphrase"


def log_in(client, username, password=PASSWORD, **extra):
    return client.post(LOGIN, {"username": username, "password": password}, **extra)
