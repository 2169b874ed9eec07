async def application(scope, receive, send):
    """Answer in the shortest way that the server knows: the limit of what is served."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x" * 15_000})
