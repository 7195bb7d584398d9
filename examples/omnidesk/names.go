package omnidesk

import "github.com/ca74b63c/roster/examples/vendorhttp"

// knownNames has the parameters of all endpoints and that of the key.
var knownNames = func() *vendorhttp.Names {
	list := []string{keyName}
	for _, e := range endpoints {
		for _, row := range e.takes {
			list = append(append(list, row.Name), row.Also...)
		}
	}
	return vendorhttp.NamesOf(list...)
}()
