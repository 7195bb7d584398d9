package sqlitestore

// readOnlyIfAsked does nothing: there, permissions are another matter.
func readOnlyIfAsked() {}
