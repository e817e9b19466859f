"""The console: hears nothing, says nothing, owns nothing. A page over the public API, served by the one door."""
