package user

import "github.com/ca74b63c/roster/validate"

// carried maps attributes that hold ids of reference data to the kind of the data.
// PermissionGroups holds ids too, but there is no such kind.
var carried = [numAttributes]ReferenceKind{
	AttrMemberOf:        ReferenceGroup,
	AttrManagerOf:       ReferenceGroup,
	AttrGroups:          ReferenceGroup,
	AttrSkills:          ReferenceSkill,
	AttrQueues:          ReferenceQueue,
	AttrViews:           ReferenceView,
	AttrProfiles:        ReferenceProfile, // see Access.resolve
	AttrApplications:    ReferenceApplication,
	AttrLinesOfBusiness: ReferenceLineOfBusiness,
	AttrDevices:         ReferenceDevice,
}

// carriers are the attributes that CheckReferences checks.
const carriers Attributes = 1<<AttrMemberOf | 1<<AttrManagerOf | 1<<AttrGroups | 1<<AttrSkills | 1<<AttrQueues |
	1<<AttrViews | 1<<AttrApplications | 1<<AttrLinesOfBusiness | 1<<AttrDevices | 1<<AttrPermissionGroups

// Reference returns the kind of reference data whose ids the attribute holds. It reports false if
// it holds none.
func (a Attribute) Reference() (k ReferenceKind, ok bool) {
	if a < numAttributes {
		k = carried[a]
	}
	return k, k != 0
}

// CheckReferences checks the ids of reference data that an attribute has in after and does not have
// in before. It returns nil, or a *validate.Error with a problem for each unknown id, at the path
// of the id.
//
//   - If the account has reference data of the kind, an id is unknown if no piece of the kind has
//     it.
//   - If the account has no reference data of the kind, or if Facts.Reference is nil, the host
//     keeps that list elsewhere, as the vendors do. Every id from 1 to Facts.MaxID is then valid,
//     and every id if MaxID is 0.
//
// CheckReferences does not check an id that the same attribute has in before. So a caller can send
// back a user that was read, even after a piece was deleted. It does not check profiles, because
// Patch.Apply checks all of them.
func CheckReferences(before, after User, f Facts) error {
	var c validate.Collector
	f.checkAdded(&c, &before, &after)
	return c.Err()
}

// checkAdded adds a problem to c for each unknown id of reference data that after has and before
// does not have. It checks the attributes of carriers. It names each attribute, as Patch.assign
// does, because that is faster than the table of attributes. A test fails if checkAdded misses one.
func (f *Facts) checkAdded(c *validate.Collector, before, after *User) {
	if f.Reference == nil && f.MaxID == 0 {
		return
	}
	if g := after.Capacity.MemberOf.Group; g != 0 && g != before.Capacity.MemberOf.Group {
		f.checkID(c, AttrMemberOf.Path(), ReferenceGroup, int64(g))
	}
	for i := range after.Management.ManagerOf.items() {
		if g := after.Management.ManagerOf.items()[i].Group; !before.Management.Manages(g) {
			f.checkID(c, validate.Element(AttrManagerOf.Path(), i), ReferenceGroup, int64(g))
		}
	}
	checkAddedIDs(f, c, AttrGroups, &before.Access.Groups, &after.Access.Groups)
	checkAddedIDs(f, c, AttrSkills, &before.Capacity.Skills, &after.Capacity.Skills)
	checkAddedIDs(f, c, AttrQueues, &before.Capacity.Queues, &after.Capacity.Queues)
	checkAddedIDs(f, c, AttrViews, &before.Preferences.Views, &after.Preferences.Views)
	checkAddedIDs(f, c, AttrApplications, &before.Access.Applications, &after.Access.Applications)
	checkAddedIDs(f, c, AttrLinesOfBusiness, &before.Access.LinesOfBusiness, &after.Access.LinesOfBusiness)
	checkAddedIDs(f, c, AttrDevices, &before.Access.Devices, &after.Access.Devices)
	checkAddedIDs(f, c, AttrPermissionGroups, &before.Access.PermissionGroups, &after.Access.PermissionGroups)
}

// checkAddedIDs checks the ids of an attribute that before does not have.
func checkAddedIDs[T ~int64](f *Facts, c *validate.Collector, a Attribute, before, after *IDSet[T]) {
	if before.Equal(*after) {
		return
	}
	for i, id := range after.items() {
		if !before.Has(id) {
			f.checkID(c, validate.Element(a.Path(), i), carried[a], int64(id))
		}
	}
}

// checkID adds a problem at path if the id is not valid.
//
// If the account has reference data of kind k, the id must be that of one piece (validate.Unknown).
// If it has none, or if f.Reference is nil or k is 0, the id must be from 1 to f.MaxID
// (validate.OutOfRange); a MaxID of 0 or less allows every id.
func (f *Facts) checkID(c *validate.Collector, path string, k ReferenceKind, id int64) {
	var known, any bool
	if k != 0 && f.Reference != nil {
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
