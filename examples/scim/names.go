package scim

import "github.com/ca74b63c/roster/examples/vendorhttp"

// names has all names that SCIM uses. A log does not show other names, and not their values.
var names = vendorhttp.NamesOf(allNames()...)

func allNames() []string {
	list := []string{
		"schemas", "Operations", "op", "path", "value", "method", "bulkId", "version", "data", "failOnErrors",
		UserSchema, GroupSchema, EnterpriseSchema, RosterSchema, "custom",
	}
	for _, row := range listQuery {
		list = append(list, row.Name)
	}
	var add func([]attribute)
	add = func(attributes []attribute) {
		for i := range attributes {
			list = append(list, attributes[i].Name)
			add(attributes[i].Sub)
		}
	}
	for _, t := range []*resourceType{users, groups} {
		add(t.common)
		add(t.plain.Attributes)
		for _, s := range t.extensions {
			add(s.Attributes)
		}
	}
	return list
}
