"""All that ``deploy/`` ships, run: units without systemd, proxies with TLS, and a smoke test.

Files are used as they are but for names, paths and ports, which ``Machine.adapted`` puts
in as somebody who installs the tracker would.
"""
