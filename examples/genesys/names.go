package genesys

import "github.com/ca74b63c/roster/examples/vendorhttp"

// knownNames has the properties of a user and the parameters of a read.
var knownNames = func() *vendorhttp.Names {
	var list []string
	for _, rows := range [][]vendorhttp.Parameter{listRows, createRows} {
		for i := range rows {
			list = append(list, rows[i].Name)
		}
	}
	return vendorhttp.NamesOf(list...)
}()
