package user

import "iter"

// HandOver yields the users that must be written before the changes, so that users can exchange
// unique names. Such a user gives up, in a later change, a unique name that an earlier change
// takes. HandOver yields the index of the change, and the user as before the change, without
// these names. The changes are of different users and are written in the given order.
func HandOver(changes []Outcome) iter.Seq2[int, User] {
	return func(yield func(int, User) bool) {
		if len(changes) < 2 {
			return
		}
		given, taken := make(map[Key]int), make(map[int]Attributes)
		eachKey(changes, func(i int, had, _ Key) {
			if had.Value != "" {
				given[had] = i
			}
		})
		if len(given) == 0 {
			return
		}
		eachKey(changes, func(i int, _, has Key) {
			if j, ok := given[has]; ok && j > i {
				taken[j] = taken[j].With(AttributesOf(has.Kind.Attribute()))
			}
		})
		for i := range changes {
			if taken[i] == 0 {
				continue
			}
			u := changes[i].Before
			for a := range taken[i].All() {
				attributes[a].reset(&u)
			}
			if !yield(i, u) {
				return
			}
		}
	}
}

// eachKey calls fn for each unique key that a change gives up (had) or takes (has). A key is
// empty if there was or is none.
func eachKey(changes []Outcome, fn func(i int, had, has Key)) {
	for i := range changes {
		if SameKeys(changes[i].Before, changes[i].After) {
			continue
		}
		had, has := changes[i].Before.Keys(), changes[i].After.Keys()
		for k := KeyLogin; k.Unique(); k++ {
			if had[k] != has[k] {
				fn(i, Key{k, had[k]}, Key{k, has[k]})
			}
		}
	}
}
