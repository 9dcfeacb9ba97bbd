// What starting Node alone takes.
