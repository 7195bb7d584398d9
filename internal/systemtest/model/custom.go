package model

import "strings"

// Custom attributes in words. The account defines "site" and "n". The values of a user are
// "n=3 site=Oslo", in the order of the names. A patch such as "site=Oslo n=" sets site and clears
// n.

// valuesOf returns the values in a text such as "n=3 site=Oslo", by name. "n=" gives n the value
// "". A word without "=" is ignored.
func valuesOf(words string) Record {
	values := Record{}
	for _, word := range strings.Fields(words) {
		if name, value, ok := strings.Cut(word, "="); ok {
			values[name] = value
		}
	}
	return values
}

// valueOf returns the value of a custom attribute of a user.
func valueOf(u Record, name string) string { return valuesOf(u["custom"])[name] }

// customize returns the custom attributes in the text custom, such as "n=3 site=Oslo", after the
// attributes in the text patch are set. A word such as "n=" in patch removes the attribute. The
// result is sorted by name.
func customize(custom, patch string) string {
	values := valuesOf(custom)
	for name, value := range valuesOf(patch) {
		values[name] = value
	}
	var list []string
	for name, value := range values {
		if value != "" {
			list = append(list, name+"="+value)
		}
	}
	return words(list...)
}
