package model

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Record is a user, an account or a piece of reference data: attribute names with their values as
// text. An attribute with its default is absent. A name that begins with a period is stored, but is
// not an attribute, and changes do not show it. Records in the state are never modified.
type Record map[string]string

// set sets an attribute, or removes it if value is the default "".
func (r Record) set(name, value string) {
	if value == "" {
		delete(r, name)
		return
	}
	r[name] = value
}

// with returns a copy of r in which some attributes have other values. pairs contains names and
// values in turn. The value "" removes the attribute. r stays unchanged.
func (r Record) with(pairs ...string) Record {
	c := maps.Clone(r)
	for i := 0; i < len(pairs); i += 2 {
		c.set(pairs[i], pairs[i+1])
	}
	return c
}

func (r Record) live() bool { return r["deleted"] == "" }

func (r Record) has(name, word string) bool { return slices.Contains(strings.Fields(r[name]), word) }

// String returns the attributes as text, sorted by name, such as `login="ann" status="READY"`. It
// returns "" for a Record without attributes.
func (r Record) String() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(r)) {
		b.WriteString(" " + name + "=" + strconv.Quote(r[name]))
	}
	return strings.TrimPrefix(b.String(), " ")
}

// differing returns the sorted names of the attributes whose values differ between a and b. It
// leaves out names that begin with a period.
func differing(a, b Record) []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	names = slices.DeleteFunc(names, func(name string) bool { return a[name] == b[name] || name[0] == '.' })
	slices.Sort(names)
	return slices.Compact(names)
}

// words returns the list sorted, without duplicates, joined with spaces.
func words(list ...string) string {
	slices.Sort(list)
	return strings.Join(slices.Compact(list), " ")
}

// moment formats a time. It returns "" for the zero time.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// atoi parses a number. "" is 0.
func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// itoa formats a number. 0 is "", the default.
func itoa[T ~int | ~int64 | ~uint64](n T) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(int64(n), 10)
}

// claim returns the login of a user in the form in which logins are compared, and "" for a deleted
// user, whose login is free.
func claim(u Record) string {
	if !u.live() {
		return ""
	}
	return strings.ToLower(u["login"])
}

// claimant returns the id of the user that claims a login, 0 if no user does.
func (m *Model) claimant(login string) int {
	for id, u := range m.users {
		if claim(u) == login {
			return id
		}
	}
	return 0
}
