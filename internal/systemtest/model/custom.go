package model

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Custom attributes in words. A schema lists definitions, "site:choice:Berlin|Oslo! n:number:0|9":
// a name, a type, what limits the values, and "!" if a user must have a value. The values of a user
// are "n=3 site=Oslo", in the order of the names. A patch sets "site=Oslo" and clears "n="; a patch
// that begins with "-" clears all others.

// definition is one custom attribute of a schema.
type definition struct {
	name, kind, limits string
	required           bool
}

// schemaOf reads a schema.
func schemaOf(words string) (list []definition) {
	for _, word := range strings.Fields(words) {
		parts := strings.SplitN(strings.TrimSuffix(word, "!"), ":", 3)
		list = append(list, definition{parts[0], parts[1], append(parts, "")[2], strings.HasSuffix(word, "!")})
	}
	return list
}

// defined returns the definition in list with the name, and reports whether there is one.
func defined(list []definition, name string) (definition, bool) {
	i := slices.IndexFunc(list, func(d definition) bool { return d.name == name })
	if i < 0 {
		return definition{}, false
	}
	return list[i], true
}

// refuses returns "" if the custom attribute d accepts value, otherwise the code of the problem:
//   - "invalid" for a value of another type; a text that reads as a number or boolean is no string
//   - "out_of_range" for a number outside of the limits
//   - "unknown" for a choice that does not exist
//   - "too_long" for a string with more bytes than the limit
func (d definition) refuses(value string) string {
	wanted, is := d.kind, "string"
	if wanted == "choice" {
		wanted = "string"
	}
	number, err := strconv.Atoi(value)
	switch {
	case err == nil:
		is = "number"
	case value == "true", value == "false":
		is = "boolean"
	}
	least, most, _ := strings.Cut(d.limits, "|")
	switch {
	case is != wanted:
		return "invalid"
	case d.kind == "number" && (number < atoi(least) || number > atoi(most)):
		return "out_of_range"
	case d.kind == "choice" && !slices.Contains(strings.Split(d.limits, "|"), value):
		return "unknown"
	case d.kind == "string" && len(value) > atoi(d.limits):
		return "too_long"
	}
	return ""
}

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

// customText returns custom attributes as a text such as "n=3 site=Oslo". Values that are "" are
// left out.
func customText(values Record) string {
	var list []string
	for name, value := range values {
		if value != "" {
			list = append(list, name+"="+value)
		}
	}
	return words(list...)
}

// customize applies a patch to the custom attributes of a user. It returns the resulting attributes
// and the problems. The account's schema must define each name in the patch and allow its value,
// but the patch may also repeat or clear a value that the user has. If the user is new or the
// attributes change, each required attribute must have a value.
func (t *tx) customize(u Record, patch string, isNew bool) (after string, bad problems) {
	had, sets, schema := valuesOf(u["custom"]), valuesOf(patch), schemaOf(t.account["customAttributes"])
	values := Record{}
	if patch != "" && patch[0] != '-' {
		values = valuesOf(u["custom"])
	}
	for name, value := range sets {
		values[name] = value
		if _, has := had[name]; has && (value == had[name] || value == "") {
			continue
		}
		d, ok := defined(schema, name)
		if !ok {
			bad.add("/custom", "unknown")
		} else if code := d.refuses(value); code != "" && value != "" {
			bad.add("/custom/"+name, code)
		}
	}
	after = customText(values)
	if isNew || after != u["custom"] {
		for _, d := range schema {
			if d.required && values[d.name] == "" {
				bad.add("/custom/"+d.name, "required")
			}
		}
	}
	return after, bad
}

// checkSchema returns a Fault if the users of the account do not fit the schema next of custom
// attributes, which is to replace the current one. No user, live or deleted, may have a value of an
// attribute that next leaves out. If the type or the limits of an attribute change, each value must
// fit. If an attribute becomes required, each live user must have a value.
func (t *tx) checkSchema(next string) error {
	old, list := schemaOf(t.account["customAttributes"]), schemaOf(next)
	for _, d := range old {
		if _, stays := defined(list, d.name); !stays {
			if n := t.having(d.name, nil); n > 0 {
				return customInUse(d.name, n, false)
			}
		}
	}
	for _, d := range list {
		was, had := defined(old, d.name)
		if had && (was.kind != d.kind || was.limits != d.limits) {
			if n := t.having(d.name, func(v string) bool { return d.refuses(v) != "" }); n > 0 {
				return customInUse(d.name, n, false)
			}
		}
		lacking := 0
		for _, u := range t.users {
			if u.live() && valueOf(u, d.name) == "" {
				lacking++
			}
		}
		if d.required && !was.required && lacking > 0 {
			return customInUse(d.name, lacking, true)
		}
	}
	return nil
}

// having counts the users with a value of a custom attribute that breaks something.
func (t *tx) having(name string, breaks func(string) bool) (n int) {
	for _, u := range t.users {
		if v := valueOf(u, name); v != "" && (breaks == nil || breaks(v)) {
			n++
		}
	}
	return n
}

func customInUse(name string, users int, lacking bool) Fault {
	if lacking {
		return Fault(fmt.Sprintf("custom attribute: %d users lack %s", users, name))
	}
	return Fault(fmt.Sprintf("custom attribute: %d users have a value of %s", users, name))
}
