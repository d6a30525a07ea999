"""The running application: what is on screen, the command line and the web server."""
