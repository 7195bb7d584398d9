package genesys

import "github.com/ca74b63c/roster/examples/vendorhttp"

// knownNames are the properties of a user, and the parameters of a read.
var knownNames = func() *vendorhttp.Names {
	list := []string{"subresources", "fields", "password", "skills", "devices"}
	for i := range fields {
		list = append(list, fields[i].name)
	}
	return vendorhttp.NamesOf(list...)
}()
