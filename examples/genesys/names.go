package genesys

import "github.com/ca74b63c/roster/examples/wire"

// knownNames are the properties of a user, and the parameters of a read.
var knownNames = func() *wire.Names {
	list := []string{"subresources", "fields", "password", "skills", "devices"}
	for i := range fields {
		list = append(list, fields[i].name)
	}
	return wire.NamesOf(list...)
}()
