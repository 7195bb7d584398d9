package liveperson

import "github.com/ca74b63c/roster/examples/vendorhttp"

// knownNames has the attributes of users, the parameters of queries, and the members of all bodies.
var knownNames = func() *vendorhttp.Names {
	var list []string
	for _, rows := range [][]vendorhttp.Parameter{
		userQuery, serviceQuery, groupRows, userRows, changePasswordRows, passwordLoginRows, keyLoginRows,
	} {
		for i := range rows {
			list = append(append(list, rows[i].Name), rows[i].Also...)
		}
	}
	return vendorhttp.NamesOf(list...)
}()
