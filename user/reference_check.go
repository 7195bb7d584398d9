package user

import "github.com/ca74b63c/roster/validate"

// Reference returns the kind of reference data whose ids the attribute holds. It reports false if
// it holds none.
func (a Attribute) Reference() (k ReferenceKind, ok bool) {
	if a < numAttributes {
		k = attributes[a].kind
	}
	return k, k != noReference
}

// CheckReferences checks the ids of reference data that an attribute has in after and does not have
// in before. It returns nil, or a *validate.Error with a problem for each id that is not valid, at
// the path of the id.
//
//   - If the account has reference data of the kind, an id is valid if a piece of reference data of
//     this kind has the id.
//   - If the account has no reference data of the kind, or if Facts.Reference is nil, the host
//     keeps the data elsewhere, as the vendors do. Every id from 1 to Facts.MaxID is then valid,
//     and every id if MaxID is 0.
//
// CheckReferences does not check an id that the same attribute has in before. So a caller can send
// back a user that was read, even after a piece of reference data was deleted. It does not check
// profiles, because Patch.Apply checks all of them.
func CheckReferences(before, after User, f Facts) error {
	var c validate.Collector
	f.checkAdded(&c, Patchable(), &before, &after)
	return c.Err()
}

// checkAdded adds a problem for each unknown id that after has and before does not have, in the
// attributes in named.
func (f Facts) checkAdded(c *validate.Collector, named Attributes, before, after *User) {
	if f.Reference == nil && f.MaxID == 0 {
		return
	}
	for a := range named.All() {
		if added := attributes[a].added; added != nil {
			added(f, c, before, after)
		}
	}
}

// checkID adds a problem with the path to c if id is not a valid id of reference data of the kind
// k. If the account has reference data of this kind, the id must be one of them; otherwise the
// problem is Unknown. If the account has none, or k is noReference, the id must be from 1 to
// f.MaxID; otherwise the problem is OutOfRange. With an f.MaxID of 0 every id is valid then.
func (f Facts) checkID(c *validate.Collector, path string, k ReferenceKind, id int64) {
	var known, any bool
	if k != noReference && f.Reference != nil {
		known, any = f.Reference(k, id)
	}
	switch {
	case known:
	case any:
		c.Add(validate.Problem{Path: path, Code: validate.Unknown})
	case f.MaxID > 0:
		c.Range(path, id, 1, f.MaxID)
	}
}
