package user

import "github.com/ca74b63c/roster/validate"

// Profile is the effect of a profile: each user that has it has its role (LivePerson roleTypeId).
type Profile struct {
	Role Role `json:"role,omitempty"` // "" if the profile gives no role
}

func (p Profile) roles() Roles {
	if p.Role == "" {
		return Roles{}
	}
	return RolesOf(p.Role)
}

// resolve derives a.Roles from a.Granted and a.Profiles. If want is set or cleared, a.Roles becomes
// exactly want: resolve removes profiles that give another role, and grants directly what the
// remaining profiles do not give. For a profile that find does not return, resolve adds the problem
// Unknown. A nil find returns no profile.
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
