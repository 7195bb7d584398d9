package memstore_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// dice makes users and queries by chance, out of few values, so that queries find some users and
// not all.
type dice struct{ *rand.Rand }

func newDice(seed uint64) dice { return dice{rand.New(rand.NewPCG(seed, 1))} }

func (d dice) one(in int) bool { return d.IntN(in) == 0 }

func pick[T any](d dice, list ...T) T { return list[d.IntN(len(list))] }

// id is near the borders of pages and blocks, or anywhere.
func (d dice) id() user.ID {
	switch d.IntN(12) {
	case 0:
		return pick[user.ID](d, 1, 63, 64, 65, 4095, 4096, 4097, 262143, 262144, math.MaxInt64, math.MaxInt64-1, 1<<40)
	case 1:
		return user.ID(1 + d.Int64N(1<<20))
	case 2:
		return user.ID(4000 + d.IntN(200))
	}
	return user.ID(1 + d.IntN(200))
}

func (d dice) number() int64 {
	if d.one(40) {
		return pick[int64](d, -1, math.MaxInt64, math.MinInt64, 1<<56-1, 1<<56-2, 1<<56, 0)
	}
	return 1 + d.Int64N(6)
}

func numbers[T ~int64](d dice, most int) user.IDSet[T] {
	var ids []T
	for range d.IntN(most + 1) {
		ids = append(ids, T(d.number()))
	}
	return user.IDSetOf(ids...)
}

var words = []string{
	"", "", "ann", "Ann", "anna", "bo", "Bob", "carol", "Özil", "özil", "STRASSE", "Straße", "ß",
	"ﬁ", "fi", "K", "ab cd", "'", "%", "_", "日本", strings.Repeat("long ", 50), "an", "n",
}

func (d dice) text() string {
	if d.one(5) {
		return pick(d, words...) + pick(d, words...)
	}
	return pick(d, words...)
}

func (d dice) login(id user.ID) string {
	if d.one(8) {
		return d.text()
	}
	return fmt.Sprint(pick(d, "agent", "Agent", "özil", "a.b-"), id, pick(d, "", "", "x"))
}

func (d dice) time() time.Time {
	return time.Date(2024, 1, 1+d.IntN(300), 0, 0, 0, d.IntN(1e6)*1000, time.UTC)
}

func (d dice) role() user.Role {
	return pick(d, append(slices.Collect(user.VendorRoles().All()), "quality_analyst")...)
}

func (d dice) user(id user.ID, version user.Revision) user.User {
	u := user.User{ID: id, Version: version}
	u.Identity = user.Identity{
		Login: d.login(id), Kind: user.Kind(d.IntN(3)), APIUser: d.one(4), Description: d.text(), CustomData: d.text(),
	}
	if d.one(2) {
		u.Identity.PID = fmt.Sprint(d.IntN(400))
		u.Identity.EmployeeID = fmt.Sprint(d.IntN(40))
		u.Contact.Email = fmt.Sprintf("%s%d@Example.com", pick(d, "a", "b"), d.IntN(40))
		u.Contact.Phone = fmt.Sprintf("+4930%07d", d.IntN(40))
	}
	u.Contact.Mobile = d.text()
	u.Names = user.Names{First: d.text(), Last: d.text(), Display: d.text()}
	if d.one(2) {
		u.Names.Full = fmt.Sprint("Full Name ", d.IntN(400))
	}
	u.Capacity.Skills = numbers[user.SkillID](d, 4)
	u.Capacity.Queues = numbers[user.QueueID](d, 2)
	if d.one(2) {
		u.Capacity.MemberOf = user.Assignment{Group: user.GroupID(d.number()), Since: d.time()}
		u.Management.ManagerOf = user.ListOf(user.Assignment{Group: user.GroupID(d.number())}, user.Assignment{Group: user.GroupID(d.number())})
		u.Capacity.Reservations = user.ListOf(user.Reservation{Channel: d.text(), Until: d.time()})
		u.Capacity.MaxAsyncChats = user.Some(d.IntN(3))
	}
	u.Presence.Status = user.Status(d.IntN(8))
	u.Presence.Since = d.time()
	if d.one(5) {
		u.Presence.Lock = user.StatusLock{Locked: true, By: d.id(), At: d.time()}
	}
	u.Preferences.AutoAnswer, u.Preferences.Incognito = d.one(2), d.one(2)
	u.Preferences.Views = numbers[user.ViewID](d, 3)
	if d.one(3) {
		u.Preferences.Statistics = user.ListOf(user.Statistic{Name: d.text(), Option: d.text(), Watched: d.one(2)})
		u.Preferences.Campaigns = user.ListOf(user.Campaign{Name: d.text(), Active: d.one(2)})
	}
	u.Access.Disabled = d.one(3)
	for range d.IntN(5) {
		u.Access.Granted = u.Access.Granted.With(user.RolesOf(d.role()))
	}
	u.Access.Roles = u.Access.Granted.With(user.RolesOf(d.role()))
	u.Access.Applications = numbers[user.ApplicationID](d, 3)
	u.Access.Groups = numbers[user.GroupID](d, 3)
	u.Access.Profiles = numbers[user.ProfileID](d, 2)
	u.Access.LinesOfBusiness = numbers[user.LineOfBusinessID](d, 2)
	u.Access.PermissionGroups = numbers[user.PermissionGroupID](d, 2)
	u.Access.Devices = numbers[user.DeviceID](d, 2)
	u.Billing.ParentAccounting = d.one(4)
	u.Lifecycle.Created = d.time()
	if d.one(4) {
		u.Lifecycle.Deleted = d.time()
		if d.one(2) {
			u.Lifecycle.HoldUntil = d.time()
		}
		u.Lifecycle.Erased = d.one(5)
	}
	return u
}

// vary returns u with something changed.
func (d dice) vary(u user.User, version user.Revision) user.User {
	other := d.user(u.ID, version)
	u.Version = version
	switch d.IntN(9) {
	case 0:
		u.Presence = other.Presence
	case 1:
		u.Names = other.Names
	case 2:
		u.Identity = other.Identity
	case 3:
		u.Contact = other.Contact
	case 4:
		u.Capacity = other.Capacity
	case 5:
		u.Access = other.Access
	case 6:
		u.Lifecycle = other.Lifecycle
	case 7:
		u.Preferences = other.Preferences
	case 8:
		u = other
	}
	return u
}

func (d dice) query(users []user.User) storage.Query {
	some := user.User{}
	if len(users) > 0 {
		some = pick(d, users...)
	}
	q := storage.Query{Deleted: pick(d, storage.NotDeleted, storage.WithDeleted, storage.OnlyDeleted)}
	for range d.IntN(4) {
		switch d.IntN(24) {
		case 0:
			q.Enabled = storage.BoolFilter(d.IntN(3))
		case 1:
			q.IDs = pick(d, []user.ID{}, []user.ID{some.ID, d.id(), some.ID, -1, 0})
		case 2:
			q.Kinds = pick(d, []user.Kind{}, []user.Kind{user.Human}, []user.Kind{user.Bot, user.System, 200})
		case 3:
			q.APIUser = storage.BoolFilter(d.IntN(3))
		case 4:
			q.Roles = user.RolesOf(d.role())
		case 5:
			q.Roles = user.RolesOf(d.role(), d.role())
		case 6:
			q.Statuses = pick(d, []user.Status{}, []user.Status{user.Ready}, []user.Status{user.Offline, user.DND, 255})
		case 7:
			kind := user.KeyKind(d.IntN(user.NumKeyKinds + 1))
			q.Key = user.Key{Kind: kind, Value: d.text()}
			if keys := some.Keys(); kind > 0 && int(kind) < len(keys) && d.one(2) {
				q.Key.Value = keys[kind]
			}
		case 8, 9:
			q.Applications = pick(d, []user.ApplicationID{}, []user.ApplicationID{user.ApplicationID(d.number())},
				[]user.ApplicationID{user.ApplicationID(d.number()), user.ApplicationID(d.number())})
		case 10:
			q.Skill = user.SkillID(d.number())
		case 11:
			q.ExcludedSkill = user.SkillID(d.number())
		case 12:
			q.Queue, q.ExcludedQueue = user.QueueID(d.number()), user.QueueID(d.number())
		case 13:
			q.MemberOf = user.GroupID(d.number())
		case 14:
			q.ManagerOf = user.GroupID(d.number())
		case 15:
			q.Group = user.GroupID(d.number())
		case 16:
			q.Profile = user.ProfileID(d.number())
		case 17:
			q.LineOfBusiness, q.PermissionGroup = user.LineOfBusinessID(d.number()), user.PermissionGroupID(d.IntN(3))
		case 18:
			q.ParentAccounting = storage.BoolFilter(d.IntN(3))
		case 19, 20:
			q.Text = d.part(some)
		case 21:
			q.LoginPart = d.part(some)
		case 22, 23:
			q.DisplayPart = d.part(some)
		}
	}
	q.Order, q.Descending = storage.Order(d.IntN(3)), d.one(2)
	if d.one(2) {
		q.Limit = 1 + d.IntN(20)
	}
	if d.one(4) {
		q.Offset = d.IntN(30)
	}
	if d.one(2) {
		after := q.PositionOf(some)
		if d.one(4) {
			after = storage.Position{Key: d.text(), ID: pick(d, d.id(), 0, -1, math.MinInt64, math.MaxInt64)}
		}
		q.After = &after
	}
	return q
}

// part is a piece of one of the user's texts, or any text.
func (d dice) part(u user.User) string {
	texts := storage.SearchedTexts(u)
	text := pick(d, texts[:]...)
	if text == "" || d.one(3) {
		return d.text()
	}
	from := d.IntN(len(text))
	return text[from : from+1+d.IntN(len(text)-from)]
}
