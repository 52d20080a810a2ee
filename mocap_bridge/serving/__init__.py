"""The dashboard's server: the built page over HTTP, scenes, pictures and controls over WebSockets, one port for all.

One thread with one asyncio loop. The line hands over its newest scene and never waits; what a page asks for comes
back as small changes that the line makes between two frames (see ``control``). Paths:

/                   the page, from memory; nothing outside the built folder can be asked for
/stream             WebSocket: every scene as JSON, a line of a take file; the newest wins, per client
/picture            WebSocket: the camera's picture as JPEG, encoded only while somebody looks; 60 a second for all
                    together, so that ten who look get 6 each
/control            WebSocket: what is going on several times a second, and requests with their answers
/metrics, /healthz  for Prometheus, and for whoever restarts what has died
"""
