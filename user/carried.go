package user

import "github.com/ca74b63c/roster/validate"

// carried says which attributes hold ids of reference data, and of which kind. PermissionGroups
// hold ids too, but an account keeps no reference data of them.
var carried = [numAttributes]ReferenceKind{
	AttrMemberOf:        ReferenceGroup,
	AttrManagerOf:       ReferenceGroup,
	AttrGroups:          ReferenceGroup,
	AttrSkills:          ReferenceSkill,
	AttrQueues:          ReferenceQueue,
	AttrViews:           ReferenceView,
	AttrProfiles:        ReferenceProfile, // known whether added or not, since roles come from them: Access.resolve
	AttrApplications:    ReferenceApplication,
	AttrLinesOfBusiness: ReferenceLineOfBusiness,
	AttrDevices:         ReferenceDevice,
}

// carriers are the attributes that CheckReferences looks at.
const carriers Attributes = 1<<AttrMemberOf | 1<<AttrManagerOf | 1<<AttrGroups | 1<<AttrSkills | 1<<AttrQueues |
	1<<AttrViews | 1<<AttrApplications | 1<<AttrLinesOfBusiness | 1<<AttrDevices | 1<<AttrPermissionGroups

// Reference returns the kind of reference data whose ids the attribute holds, if it holds any.
func (a Attribute) Reference() (k ReferenceKind, ok bool) {
	if a < numAttributes {
		k = carried[a]
	}
	return k, k != 0
}

// CheckReferences returns the problems of the ids of reference data that after carries and before
// did not, or nil: an id is unknown if the account has no such piece, and has others of its kind.
// An account without any of a kind keeps that list elsewhere, as the vendors do, so any id up to
// Facts.MaxID is good. Ids that a user carries already are not looked at, so that what was read can
// be sent back though a piece was deleted. Profiles are not looked at either: Patch.Apply knows all
// of them.
func CheckReferences(before, after User, f Facts) error {
	var c validate.Collector
	f.checkAdded(&c, &before, &after)
	return c.Err()
}

// checkAdded calls each attribute by name, as Patch.assign does and for the same reason. A test
// fails on one forgotten.
func (f *Facts) checkAdded(c *validate.Collector, before, after *User) {
	if f.Reference == nil {
		return
	}
	if g := after.Capacity.MemberOf.Group; g != 0 && g != before.Capacity.MemberOf.Group {
		f.checkID(c, AttrMemberOf.Path(), ReferenceGroup, int64(g))
	}
	for i := range after.Management.ManagerOf.items {
		if g := after.Management.ManagerOf.items[i].Group; !before.Management.Manages(g) {
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

func checkAddedIDs[T ~int64](f *Facts, c *validate.Collector, a Attribute, before, after *IDSet[T]) {
	if before.Equal(*after) {
		return
	}
	for i, id := range after.sorted {
		if !before.Has(id) {
			f.checkID(c, validate.Element(a.Path(), i), carried[a], int64(id))
		}
	}
}

// checkID finds a problem with an id that a user gets. An id of a kind of which the account has
// nothing is one that the caller chooses.
func (f *Facts) checkID(c *validate.Collector, path string, k ReferenceKind, id int64) {
	var known, any bool
	if k != 0 {
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
