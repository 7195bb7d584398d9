package user

// Differing returns the attributes in which a and b differ.
func Differing(a, b User) Attributes {
	var d Attributes
	for i := range attributes {
		if !attributes[i].equal(&a, &b) {
			d |= 1 << i
		}
	}
	return d
}

// Difference is one attribute before and after a change, in words.
type Difference struct {
	Attribute     Attribute
	Before, After string
}

// Diff lists what differs between two states of a user, in the order of the model. Passwords show as "redacted".
func Diff(before, after User) []Difference {
	var list []Difference
	for a := range Differing(before, after).All() {
		list = append(list, Difference{a, attributes[a].text(&before), attributes[a].text(&after)})
	}
	return list
}
