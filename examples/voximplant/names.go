package voximplant

import (
	"slices"

	"github.com/ca74b63c/roster/examples/vendorhttp"
)

// knownNames has the parameters of all methods, those of the caller, and those that are refused.
var knownNames = func() *vendorhttp.Names {
	var list []string
	add := func(rows []vendorhttp.Parameter) {
		for _, p := range rows {
			list = append(list, p.Name)
		}
	}
	add(firstParameters)
	for _, m := range methods {
		add(m.takes)
	}
	slices.Sort(list)
	return vendorhttp.NamesOf(list...)
}()
