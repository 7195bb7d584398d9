package user

import "github.com/ca74b63c/roster/validate"

// Profile is the effect of a profile on its users: they hold its role (LivePerson roleTypeId).
type Profile struct {
	Role Role `json:"role,omitempty"` // "": the profile gives no role
}

func (p Profile) roles() Roles {
	if p.Role == "" {
		return Roles{}
	}
	return RolesOf(p.Role)
}

// resolve derives the roles from what is granted and what the profiles give. If want is set, profiles that give a
// role outside it go, and what of it no profile gives is granted directly. A profile that is not there is a problem, at
// its place in the ascending order in which a user's profiles are encoded.
func (a *Access) resolve(want Field[Roles], find func(ProfileID) (Profile, bool), problems *validate.Collector) {
	var given Roles
	var left []ProfileID
	i := -1
	for id := range a.Profiles.All() {
		i++
		profile, ok := Profile{}, false
		if find != nil {
			profile, ok = find(id)
		}
		if !ok {
			problems.Add(validate.Problem{Path: validate.Element(AttrProfiles.Path(), i), Code: validate.Unknown})
			continue
		}
		if !want.Kept() && !want.value.HasAll(profile.roles()) {
			left = append(left, id)
			continue
		}
		given = given.With(profile.roles())
	}
	if len(left) > 0 {
		a.Profiles = a.Profiles.Without(left...)
	}
	if !want.Kept() {
		a.Granted = want.value.Without(given)
	}
	a.Roles = a.Granted.With(given)
}
