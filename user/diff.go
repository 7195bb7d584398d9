package user

// Differing returns the attributes in which a and b differ.
func Differing(a, b User) Attributes { return differing(&a, &b, AllAttributes()) }

// differing returns those of the given attributes in which a and b differ.
func differing(a, b *User, among Attributes) Attributes {
	var d Attributes
	for i := range among.All() {
		if !attributes[i].equal(a, b) {
			d |= 1 << i
		}
	}
	return d
}

// Difference is one attribute before and after a change, in words that differ.
type Difference struct {
	Attribute Attribute `json:"attribute"`
	Before    string    `json:"before"`
	After     string    `json:"after"`
}

// Diff lists what differs between two states of a user, in the order of the model. Of a password it says "redacted"
// where there is one, and "" where there is none.
func Diff(before, after User) []Difference {
	var list []Difference
	for a := range differing(&before, &after, AllAttributes()).All() {
		list = append(list, Difference{a, attributes[a].text(&before), attributes[a].text(&after)})
	}
	return list
}
