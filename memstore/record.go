package memstore

import (
	"fmt"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// What a snapshot holds of each type, field by field. A field that is added or taken away is a new snapshotVersion.

func codeUser(c *coder, u *user.User) {
	integer(c, &u.ID)
	integer(c, &u.Version)
	integer(c, &u.ConfigVersion)
	for _, t := range textsOf(u) {
		text(c, t)
	}
	integer(c, &u.Identity.Kind)
	flag(c, &u.Identity.APIUser)

	flag(c, &u.Credentials.HasPassword)
	flag(c, &u.Credentials.ChangeNextLogin)
	moment(c, &u.Credentials.ChangedAt)
	integer(c, &u.Credentials.SignInStamp)

	integer(c, &u.Capacity.MaxChats)
	optional(c, &u.Capacity.MaxAsyncChats)
	codeAssignment(c, &u.Capacity.MemberOf)
	ids(c, &u.Capacity.Skills)
	ids(c, &u.Capacity.Queues)
	list(c, &u.Capacity.Reservations, func(c *coder, r *user.Reservation) {
		text(c, &r.Channel)
		moment(c, &r.Until)
	})
	list(c, &u.Management.ManagerOf, codeAssignment)

	integer(c, &u.Presence.Status)
	moment(c, &u.Presence.Since)
	flag(c, &u.Presence.Lock.Locked)
	integer(c, &u.Presence.Lock.By)
	moment(c, &u.Presence.Lock.At)
	integer(c, &u.Presence.CallID)

	flag(c, &u.Preferences.ChatSound)
	flag(c, &u.Preferences.NotifyAssignment)
	flag(c, &u.Preferences.Incognito)
	flag(c, &u.Preferences.AutoAnswer)
	ids(c, &u.Preferences.Views)
	list(c, &u.Preferences.Statistics, func(c *coder, s *user.Statistic) {
		text(c, &s.Name)
		text(c, &s.Option)
		text(c, &s.Secondary)
		flag(c, &s.Watched)
	})
	list(c, &u.Preferences.Campaigns, func(c *coder, s *user.Campaign) {
		text(c, &s.Name)
		flag(c, &s.Active)
	})

	flag(c, &u.Access.Disabled)
	flag(c, &u.Access.DisabledManually)
	integer(c, &u.Access.Granted)
	ids(c, &u.Access.Profiles)
	integer(c, &u.Access.Roles)
	ids(c, &u.Access.Groups)
	ids(c, &u.Access.PermissionGroups)
	ids(c, &u.Access.Applications)
	ids(c, &u.Access.LinesOfBusiness)
	ids(c, &u.Access.Devices)
	flag(c, &u.Billing.ParentAccounting)

	moment(c, &u.Lifecycle.Created)
	moment(c, &u.Lifecycle.Updated)
	moment(c, &u.Lifecycle.Deleted)
	flag(c, &u.Lifecycle.Erased)
	moment(c, &u.Lifecycle.HoldUntil)
}

func codeAssignment(c *coder, a *user.Assignment) {
	integer(c, &a.Group)
	moment(c, &a.Since)
}

func codeAccount(c *coder, a *user.Account) {
	text(c, &a.ID)
	integer(c, &a.Version)
	text(c, &a.Name)
	text(c, &a.Currency)
	integer(c, &a.Overdraft)
	integer(c, &a.DefaultMaxAsyncChats)
	flag(c, &a.NameReuse.Never)
	integer(c, &a.NameReuse.Hold)
	integer(c, &a.ReservationTime)
	integer(c, &a.MaxUsers)
	moment(c, &a.Created)
}

func codeRef(c *coder, r *user.Ref) {
	integer(c, &r.Kind)
	integer(c, &r.ID)
	integer(c, &r.Version)
	text(c, &r.Name)
	text(c, &r.Description)
	integer(c, &r.Profile.Role)
	flag(c, &r.Profile.Gives)
	flag(c, &r.AutoLink)
	list(c, &r.Properties, func(c *coder, p *user.Property) {
		text(c, &p.Name)
		text(c, &p.Value)
	})
}

// codeSecret writes the hashes as they are.
func codeSecret(c *coder, s *secretRow) {
	integer(c, &s.id)
	hash, previous, changed := s.secret.Hash(), s.secret.Previous(), s.secret.Changed()
	text(c, &hash)
	list(c, &previous, text[string])
	moment(c, &changed)
	s.secret = user.SecretOf(hash, changed, previous.Slice()...)
}

func codeTransfer(c *coder, t *balance.Transfer) {
	integer(c, &t.ID)
	integer(c, &t.Kind)
	moment(c, &t.At)
	integer(c, &t.Actor)
	text(c, &t.Reason)
	text(c, &t.Currency)
	codeMoney(c, &t.Requested)
	text(c, &t.Rate)
	flag(c, &t.Strict)
	text(c, &t.Key)
	codeFingerprint(c, &t.Users)
	integer(c, &t.Reverses)
	text(c, &t.AccountText)
	text(c, &t.UserText)
	slice(c, &t.Postings, func(c *coder, p *balance.Posting) {
		integer(c, &p.From)
		integer(c, &p.To)
		integer(c, &p.Amount)
		integer(c, &p.FromAfter)
		integer(c, &p.ToAfter)
		text(c, &p.Name)
	})
	slice(c, &t.Skipped, func(c *coder, s *balance.Skip) {
		integer(c, &s.User)
		integer(c, &s.Reason)
	})
}

func codeMoney(c *coder, m *balance.Money) {
	units, currency := m.Units(), m.Currency()
	integer(c, &units)
	text(c, &currency)
	if !c.reads() || units == 0 && currency == "" {
		return
	}
	var err error
	if *m, err = balance.FromUnits(units, currency); err != nil {
		c.fail(fmt.Errorf("%w: %w", ErrDamaged, err))
	}
}

func codeFingerprint(c *coder, f *balance.Fingerprint) {
	s := ""
	if *f != (balance.Fingerprint{}) {
		s = string(f[:])
	}
	text(c, &s)
	if c.reads() && copy(f[:], s) != len(s) {
		c.fail(fmt.Errorf("%w: a fingerprint that is too long", ErrDamaged))
	}
}

// codeChange leaves out Created, which states write and read.
func codeChange(c *coder, h *storage.Change) {
	integer(c, &h.ID.Revision)
	integer(c, &h.ID.Index)
	moment(c, &h.At)
	text(c, &h.Type)
	integer(c, &h.Actor)
	text(c, &h.Reason)
	integer(c, &h.UserID)
	integer(c, &h.ReferenceKind)
	integer(c, &h.ReferenceID)
	integer(c, &h.TransferID)
	text(c, &h.Detail)
	slice(c, &h.Diff, func(c *coder, d *user.Difference) {
		integer(c, &d.Attribute)
		codeValue(c, &d.Before)
		codeValue(c, &d.After)
	})
}

// codeValue writes a value as JSON.
func codeValue(c *coder, v *user.Value) {
	s := ""
	if !v.IsZero() {
		b, _ := v.MarshalJSON() // fails for no value
		s = string(b)
	}
	if text(c, &s); !c.reads() || s == "" {
		return
	}
	if err := v.UnmarshalJSON([]byte(s)); err != nil {
		c.fail(fmt.Errorf("%w: %w", ErrDamaged, err))
	}
}

// userStates writes users who occur more than once only the first time: the state of a user after a change is that
// before the next one, and the last is the user as he is. They share their memory here, and again when they were read.
type userStates struct {
	known  []*user.User          // when reading, in the order in which they came
	number map[*user.User]uint64 // when writing
	next   uint64
}

// add takes a user who was written or read otherwise.
func (s *userStates) add(c *coder, u *user.User) {
	if c.reads() {
		s.known = append(s.known, u)
		return
	}
	s.number[u] = s.next
	s.next++
}

// code writes a user, 0 for none, 1 for one who follows, or the place of a known one.
func (s *userStates) code(c *coder, u **user.User) {
	const none, follows, known = 0, 1, 2
	var what uint64
	if !c.reads() && *u != nil {
		what = follows
		if n, ok := s.number[*u]; ok {
			what = known + n
		}
	}
	switch what = c.uvarint(what); {
	case c.err != nil || what == none:
	case what == follows:
		if c.reads() {
			*u = new(user.User)
		}
		codeUser(c, *u)
		s.add(c, *u)
	case !c.reads():
	case what-known < uint64(len(s.known)):
		*u = s.known[what-known]
	default:
		c.fail(fmt.Errorf("%w: a user who did not come before", ErrDamaged))
	}
}
