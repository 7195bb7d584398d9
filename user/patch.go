package user

import (
	"time"

	"github.com/ca74b63c/roster/validate"
)

type fieldState uint8

const (
	kept fieldState = iota
	cleared
	given
)

// Field is one attribute in a Patch. It has three states: keep (the zero value), clear, set.
type Field[T any] struct {
	value T
	state fieldState
}

// Set returns a field that sets the attribute to v.
func Set[T any](v T) Field[T] { return Field[T]{v, given} }

// Clear returns a field that takes the attribute back to its default, the state of a new user: empty, 0, false, but
// true for Enabled.
func Clear[T any]() Field[T] { return Field[T]{state: cleared} }

// Get returns the value that is to be set, and whether there is one.
func (f Field[T]) Get() (v T, ok bool) { return f.value, f.state == given }

// Kept reports whether the field leaves the attribute as it is.
func (f Field[T]) Kept() bool { return f.state == kept }

// Cleared reports whether the field takes the attribute back to its default.
func (f Field[T]) Cleared() bool { return f.state == cleared }

// Patch says what is to change in a user; what it does not name stays. The zero value changes nothing.
type Patch struct {
	Login       Field[string]
	PID         Field[string]
	EmployeeID  Field[string]
	Kind        Field[Kind]
	APIUser     Field[bool]
	Description Field[string]
	CustomData  Field[string]

	FirstName   Field[string]
	LastName    Field[string]
	FullName    Field[string]
	DisplayName Field[string]

	Email         Field[string]
	Phone         Field[string]
	Mobile        Field[string]
	Language      Field[string]
	DateFormat    Field[string]
	PictureID     Field[string]
	PictureURL    Field[string]
	BackgroundURI Field[string]
	MobileApp     Field[string]

	ChangeNextLogin Field[bool]

	MaxChats      Field[int]
	MaxAsyncChats Field[Optional]
	MemberOf      Field[GroupID]
	Skills        Field[IDs[SkillID]]
	Queues        Field[IDs[QueueID]]

	ManagerOf Field[IDs[GroupID]]

	Status Field[Status]

	ChatSound        Field[bool]
	NotifyAssignment Field[bool]
	Incognito        Field[bool]
	AutoAnswer       Field[bool]
	Views            Field[IDs[ViewID]]
	Statistics       Field[List[Statistic]]
	Campaigns        Field[List[Campaign]]

	Enabled          Field[bool]
	DisabledManually Field[bool]
	Profiles         Field[IDs[ProfileID]]
	Granted          Field[Roles] // the roles granted directly
	Roles            Field[Roles] // the whole set of roles that the user is to have, wherever they come from
	Groups           Field[IDs[GroupID]]
	PermissionGroups Field[IDs[PermissionGroupID]]
	Applications     Field[IDs[ApplicationID]]
	LinesOfBusiness  Field[IDs[LineOfBusinessID]]
	Devices          Field[IDs[DeviceID]]
	AllowedAppKeys   Field[string]
	OAuth2ClientID   Field[string]

	ParentAccounting Field[bool]
}

// Attributes returns the attributes that the patch names.
func (p *Patch) Attributes() Attributes {
	var s Attributes
	for i := range numPatched {
		if attributes[i].state(p) != kept {
			s |= 1 << i
		}
	}
	return s
}

// Replacement returns the patch that makes a user the same as u in every attribute that a patch can name: what u
// lacks is cleared ("if certain attributes are missing from the body, they will be deleted", LivePerson). The roles
// are what u's Granted and Profiles come to. Applied, its Outcome says in Lost what the replaced user had and u has
// not.
func Replacement(u User) Patch {
	var p Patch
	for i := range numPatched {
		if i != AttrRoles {
			attributes[i].keep(&p, &u)
		}
	}
	return p
}

// Keeping returns the patch with the given attributes left as they are.
func (p Patch) Keeping(list Attributes) Patch {
	for a := range list.All() {
		if a < numPatched {
			attributes[a].drop(&p)
		}
	}
	return p
}

// Facts are what the rules must know beside the user himself.
type Facts struct {
	Now time.Time
	// Profile returns what a profile gives, and whether there is such a profile; nil knows none.
	Profile func(ProfileID) (Profile, bool)
	// Transitions say what losing a role resets; nil means DefaultTransitions.
	Transitions []Transition
}

// Outcome is what a change came to.
type Outcome struct {
	Before, After User
	Changed       Attributes // what differs between Before and After
	Lost          Attributes // what Before had and After has no more
	Resets        []Reset    // what was reset because a role was lost
}

// roleSources are the attributes that the set of roles comes from.
const roleSources Attributes = 1<<AttrProfiles | 1<<AttrGranted | 1<<AttrRoles

// Apply returns what u becomes. It changes nothing else and fails whole. In this order:
//
//  1. each named attribute is set or cleared; the date of an Assignment stays for a group that stays, and is Now for
//     a new one;
//  2. Enabled changed without DisabledManually sets that to the opposite of Enabled (LivePerson, disabledManually);
//  3. the roles are those granted directly and those that the profiles give. Roles, if named, is the resulting set: a
//     profile that gives a role outside it is taken away, a role that no profile gives is granted directly;
//  4. a role that the set loses resets what the Transitions say, whatever the same patch set there.
//
// Errors: ErrStatusLocked; then a *validate.Error with every problem: a profile that does not exist, agent groups
// managed by a user who is no agent manager ("Only an agent manager can manage agent groups", LivePerson).
func (p Patch) Apply(u User, f Facts) (Outcome, error) {
	before := u
	named := p.Attributes()
	for a := range named.All() {
		if apply := attributes[a].apply; apply != nil {
			apply(&u, &p)
		}
	}
	if named.Has(AttrStatus) {
		presence, err := u.Presence.To(p.Status.value, f.Now)
		if err != nil {
			return Outcome{}, err
		}
		u.Presence = presence
	}
	if named.Has(AttrMemberOf) {
		u.Capacity.MemberOf = u.Capacity.MemberOf.to(p.MemberOf.value, f.Now)
	}
	if named.Has(AttrManagerOf) {
		u.Management = u.Management.to(p.ManagerOf.value, f.Now)
	}
	if named.Has(AttrEnabled) {
		u.Access.Disabled = p.Enabled.state == given && !p.Enabled.value
		if u.Access.Disabled != before.Access.Disabled && !named.Has(AttrDisabledManually) {
			u.Access.DisabledManually = u.Access.Disabled
		}
	}
	var problems validate.Collector
	if named.HasAny(roleSources) {
		u.Access = u.Access.resolve(p.Roles, f.Profile, &problems)
	}
	u, resets := Transit(before, u, f.Transitions)
	if named.Has(AttrManagerOf) && !u.Management.ManagerOf.IsZero() && !u.Access.Roles.Has(AgentManager) {
		problems.Add(validate.Problem{Path: AttrManagerOf.Path(), Code: validate.Conflict})
	}
	if err := problems.Err(); err != nil {
		return Outcome{}, err
	}
	changed := Differing(before, u)
	return Outcome{Before: before, After: u, Changed: changed, Lost: lost(before, u, changed), Resets: resets}, nil
}

// lost returns the changed attributes that after has empty.
func lost(before, after User, changed Attributes) Attributes {
	var empty User
	return changed.Without(Differing(after, empty)).Without(AttributesOf(AttrStatus, AttrEnabled))
}

// to returns the assignment to group g; a user who stays keeps his date.
func (a Assignment) to(g GroupID, now time.Time) Assignment {
	switch g {
	case 0:
		return Assignment{}
	case a.Group:
		return a
	}
	return Assignment{Group: g, Since: now}
}

// Groups returns the managed groups.
func (m Management) Groups() IDs[GroupID] {
	var ids []GroupID
	for a := range m.ManagerOf.All() {
		ids = append(ids, a.Group)
	}
	return IDsOf(ids...)
}

// to returns the management of exactly the given groups; one that stays keeps its date.
func (m Management) to(groups IDs[GroupID], now time.Time) Management {
	var list []Assignment
	for g := range groups.All() {
		old, _ := m.ManagerOf.Find(func(a Assignment) bool { return a.Group == g })
		list = append(list, old.to(g, now))
	}
	return Management{ListOf(list...)}
}
