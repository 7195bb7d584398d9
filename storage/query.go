package storage

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// Query says which users are wanted and in which order. The zero Query wants all users that are not
// deleted, by id. Match and Compare define what a query means. A storage may find users in any way
// that gives the same answer.
//
// A user must pass every filter that is given. The filters are those of the four vendors together.
type Query struct {
	Deleted Deleted
	Enabled BoolFilter // Omnidesk activeOnly, Voximplant user_active

	IDs      []user.ID // any of these; nil: all
	Kinds    []user.Kind
	APIUser  BoolFilter
	Roles    user.Roles    // at least one of these; none: all
	Statuses []user.Status // any of these (Voximplant acd_status); nil: all
	Key      user.Key      // claims exactly this key; the zero Key: all

	Applications     []user.ApplicationID // in any of these; nil: all
	Skill            user.SkillID         // has the skill (Voximplant skill_id); 0: all
	ExcludedSkill    user.SkillID         // does not have the skill (excluded_skill_id)
	Queue            user.QueueID         // Voximplant acd_queue_id
	ExcludedQueue    user.QueueID         // excluded_acd_queue_id
	MemberOf         user.GroupID         // in this agent group (LivePerson memberOf)
	ManagerOf        user.GroupID         // manages this agent group
	Group            user.GroupID         // in this group (Omnidesk groups)
	Profile          user.ProfileID
	LineOfBusiness   user.LineOfBusinessID
	PermissionGroup  user.PermissionGroupID
	ParentAccounting BoolFilter

	Custom      user.Custom // has each of these values of custom attributes (user.Custom.HasAll)
	HasCustom   string      // has a value of the custom attribute with this name; "": all
	LacksCustom string      // has no value of the custom attribute with this name; "": all

	// Within limits the answer to users that are in one of these subsets; nil: all, empty: none.
	// The front door fills it with the users that its caller may read.
	Within []user.Subset

	// Parts of names, compared after validate.Fold, so that case does not matter. "": all.
	Text        string // part of the login, a name, the display name, a phone or the e-mail (Omnidesk query)
	LoginPart   string // part of the login (Voximplant user_name)
	DisplayPart string // part of the display name (Voximplant user_display_name)

	Order      Order
	Descending bool
	After      *Position // only users behind this position in the order
	Limit      int       // at most so many; 0 is MaxPage

	// Offset skips so many users. Two vendors' formats need it. Pages by offset repeat and lose
	// users while others write; pages by After do not.
	Offset int
}

// Deleted says whether deleted users, or deleted accounts, are wanted. Erased users count as
// deleted.
type Deleted uint8

// The values of Deleted.
const (
	NotDeleted Deleted = iota
	WithDeleted
	OnlyDeleted
)

// BoolFilter is a yes-or-no filter that may be absent. The zero BoolFilter is absent.
type BoolFilter uint8

// The values of a BoolFilter.
const (
	Any BoolFilter = iota
	Yes
	No
)

// Only returns the filter that only b passes: Yes for true, No for false.
func Only(b bool) BoolFilter {
	if b {
		return Yes
	}
	return No
}

func (t BoolFilter) holds(b bool) bool { return t == Any || (t == Yes) == b }

// Order says by what users are sorted. Users with the same key are sorted by id.
type Order uint8

// The orders: Voximplant's user_id, user_name and user_display_name.
const (
	OrderByID Order = iota
	OrderByLogin
	OrderByDisplayName
	endOrders
)

// Key returns the text of u that the order compares by bytes: the canonical login, the folded
// display name, and "" by id.
func (o Order) Key(u user.User) string {
	switch o {
	case OrderByLogin:
		if key, err := validate.LoginKey(u.Identity.Login); err == nil {
			return key
		}
		return u.Identity.Login
	case OrderByDisplayName:
		return validate.Fold(u.Names.Display)
	}
	return ""
}

// Position is a place in the order: where a user with the key and the id is, whether or not there
// is one.
type Position struct {
	Key string
	ID  user.ID
}

// PositionOf returns the place of u in the query's order.
func (q *Query) PositionOf(u user.User) Position { return Position{q.Order.Key(u), u.ID} }

// Compare compares two positions in the order of the query: by Key, then by ID, reversed if
// Descending is set. It returns a negative number if a comes before b, 0 if both are equal, and a
// positive number if a comes after b.
func (q *Query) Compare(a, b Position) int {
	c := cmp.Or(strings.Compare(a.Key, b.Key), cmp.Compare(a.ID, b.ID))
	if q.Descending {
		return -c
	}
	return c
}

// Beyond reports whether a position is behind After, so that its user may be in the answer.
func (q *Query) Beyond(p Position) bool { return q.After == nil || q.Compare(p, *q.After) > 0 }

// MaxWithin is how many subsets a query may have.
const MaxWithin = 64

// Check returns nil if the query is valid. Errors: ErrInvalid
//
//   - if Limit is below 0 or above MaxPage, or Offset is below 0;
//   - if Order, Deleted or a BoolFilter is none of the constants;
//   - if Roles is not a list of valid names;
//   - if Custom, HasCustom or LacksCustom has a name or a value that no user can have;
//   - if Within has more than MaxWithin subsets.
func (q *Query) Check() error {
	if _, err := PageLimit(q.Limit); err != nil {
		return err
	}
	switch {
	case q.Offset < 0:
		return fmt.Errorf("offset %d: %w", q.Offset, ErrInvalid)
	case q.Order >= endOrders:
		return fmt.Errorf("order %d: %w", q.Order, ErrInvalid)
	case q.Deleted > OnlyDeleted:
		return fmt.Errorf("deleted %d: %w", q.Deleted, ErrInvalid)
	case max(q.Enabled, q.APIUser, q.ParentAccounting) > No:
		return fmt.Errorf("a filter that is neither Any, Yes nor No: %w", ErrInvalid)
	case !q.Roles.IsList() || !q.Roles.Valid():
		return fmt.Errorf("roles %v are not a list of valid names: %w", q.Roles, ErrInvalid)
	case q.Custom.Check() != nil || !customName(q.HasCustom) || !customName(q.LacksCustom):
		return fmt.Errorf("custom attributes that no user can have: %w", ErrInvalid)
	case len(q.Within) > MaxWithin:
		return fmt.Errorf("more than %d subsets: %w", MaxWithin, ErrInvalid)
	}
	return nil
}

// customName reports whether a filter by name is absent, or has a name that there can be.
func customName(name string) bool { return name == "" || user.ValidCustomName(name) }

// Max returns how many users an answer has at most.
func (q *Query) Max() int {
	if q.Limit == 0 {
		return MaxPage
	}
	return q.Limit
}

// Match reports whether the user u passes every filter of the query. It ignores Order, Descending,
// After, Offset and Limit.
func (q *Query) Match(u user.User) bool {
	switch q.Deleted {
	case NotDeleted:
		if !u.Live() {
			return false
		}
	case OnlyDeleted:
		if u.Live() {
			return false
		}
	}
	if !q.Enabled.holds(u.Enabled()) || !q.APIUser.holds(u.Identity.APIUser) ||
		!q.ParentAccounting.holds(u.Billing.ParentAccounting) {
		return false
	}
	if !among(q.IDs, u.ID) || !among(q.Kinds, u.Identity.Kind) || !among(q.Statuses, u.Presence.Status) {
		return false
	}
	if !q.Roles.IsZero() && !u.Access.Roles.HasAny(q.Roles) || q.Within != nil && !user.InSubsets(q.Within, u) {
		return false
	}
	if q.Applications != nil && !slices.ContainsFunc(q.Applications, u.Access.Applications.Has) {
		return false
	}
	if !has(u.Capacity.Skills, q.Skill) || q.ExcludedSkill != 0 && u.Capacity.Skills.Has(q.ExcludedSkill) ||
		!has(u.Capacity.Queues, q.Queue) || q.ExcludedQueue != 0 && u.Capacity.Queues.Has(q.ExcludedQueue) ||
		!has(u.Access.Groups, q.Group) || !has(u.Access.Profiles, q.Profile) ||
		!has(u.Access.LinesOfBusiness, q.LineOfBusiness) || !has(u.Access.PermissionGroups, q.PermissionGroup) {
		return false
	}
	if q.MemberOf != 0 && u.Capacity.MemberOf.Group != q.MemberOf || q.ManagerOf != 0 && !u.Manages(q.ManagerOf) {
		return false
	}
	if q.Key.Kind != 0 && !u.Claims(q.Key) {
		return false
	}
	if !u.Custom.HasAll(q.Custom) || q.HasCustom != "" && !hasCustom(u, q.HasCustom) ||
		q.LacksCustom != "" && hasCustom(u, q.LacksCustom) {
		return false
	}
	return (q.LoginPart == "" || strings.Contains(validate.Fold(u.Identity.Login), validate.Fold(q.LoginPart))) &&
		(q.DisplayPart == "" || strings.Contains(validate.Fold(u.Names.Display), validate.Fold(q.DisplayPart))) &&
		(q.Text == "" || matchesText(u, validate.Fold(q.Text)))
}

func among[T comparable](list []T, v T) bool { return list == nil || slices.Contains(list, v) }

func hasCustom(u user.User, name string) bool {
	_, has := u.Custom.Get(name)
	return has
}

func has[T ~int64](set user.IDSet[T], id T) bool { return id == 0 || set.Has(id) }

// SearchedTexts returns the texts that Query.Text looks in, the login first. They are not folded.
func SearchedTexts(u user.User) [8]string {
	return [8]string{
		u.Identity.Login, u.Names.Display, u.Names.First, u.Names.Last, u.Names.Full,
		u.Contact.Email, u.Contact.Phone, u.Contact.Mobile,
	}
}

func matchesText(u user.User, folded string) bool {
	for _, text := range SearchedTexts(u) {
		if text != "" && strings.Contains(validate.Fold(text), folded) {
			return true
		}
	}
	return false
}

// MaxPage is how many items an answer has at most.
const MaxPage = 1000

// PageLimit returns how many items an answer with the limit has at most: the limit, or MaxPage for
// 0. Errors: ErrInvalid for a limit below 0 or above MaxPage.
func PageLimit(limit int) (int, error) {
	switch {
	case limit < 0 || limit > MaxPage:
		return 0, fmt.Errorf("limit %d: %w", limit, ErrInvalid)
	case limit == 0:
		return MaxPage, nil
	}
	return limit, nil
}

// CheckAccounts returns how many accounts Storage.Accounts returns at most. Errors: ErrInvalid for
// a limit that PageLimit refuses, and for a Deleted that is none of the constants.
func CheckAccounts(state Deleted, limit int) (int, error) {
	if state > OnlyDeleted {
		return 0, fmt.Errorf("deleted %d: %w", state, ErrInvalid)
	}
	return PageLimit(limit)
}
