package memstore_test

import (
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	memdb "github.com/hashicorp/go-memdb"
)

// plain is what one would write first, and what the benchmarks compare with: the user as one row of go-memdb with
// five indexes, made by typed indexers without reflection.
type plain struct{ db *memdb.MemDB }

type plainIndex struct {
	key func(*user.User) []byte
}

func (x plainIndex) FromObject(row any) (bool, []byte, error) {
	return true, x.key(row.(*user.User)), nil
}

func (x plainIndex) FromArgs(args ...any) ([]byte, error) {
	switch a := args[0].(type) {
	case user.ID:
		return binary.BigEndian.AppendUint64(nil, uint64(a)), nil
	case string:
		return append([]byte(a), 0), nil
	}
	return nil, fmt.Errorf("not a key")
}

func newPlain() *plain {
	text := func(of func(*user.User) string) func(*user.User) []byte {
		return func(u *user.User) []byte { return append([]byte(of(u)), 0) }
	}
	indexes := map[string]*memdb.IndexSchema{}
	add := func(name string, unique bool, key func(*user.User) []byte) {
		indexes[name] = &memdb.IndexSchema{Name: name, Unique: unique, Indexer: plainIndex{key}}
	}
	add("id", true, func(u *user.User) []byte { return binary.BigEndian.AppendUint64(nil, uint64(u.ID)) })
	add("login", true, text(func(u *user.User) string { return u.Identity.Login }))
	add("email", false, text(func(u *user.User) string { return u.Contact.Email }))
	add("phone", false, text(func(u *user.User) string { return u.Contact.Phone }))
	add("external", false, text(func(u *user.User) string { return u.Identity.EmployeeID }))
	db, err := memdb.NewMemDB(&memdb.DBSchema{
		Tables: map[string]*memdb.TableSchema{"user": {Name: "user", Indexes: indexes}},
	})
	if err != nil {
		panic(err)
	}
	return &plain{db}
}

func (p *plain) put(t testing.TB, users ...user.User) {
	txn := p.db.Txn(true)
	for _, u := range users {
		if err := txn.Insert("user", &u); err != nil {
			t.Fatal(err)
		}
	}
	txn.Commit()
}

func (p *plain) get(t testing.TB, id user.ID) *user.User {
	row, err := p.db.Txn(false).First("user", "id", id)
	if err != nil || row == nil {
		t.Fatal("not found", id, err)
	}
	return row.(*user.User)
}

// query scans all rows.
func (p *plain) query(t testing.TB, q storage.Query) (list []user.User, count int) {
	rows, err := p.db.Txn(false).Get("user", "id")
	if err != nil {
		t.Fatal(err)
	}
	for row := rows.Next(); row != nil; row = rows.Next() {
		if u := row.(*user.User); q.Match(*u) {
			if count++; count <= q.Max() {
				list = append(list, *u)
			}
		}
	}
	return list, count
}

var (
	firstNames = []string{"Ana", "Ben", "Chloe", "Dmitri", "Elena", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Keiko", "Liam", "Mona", "Nils", "Olga", "Pavel", "Quinn", "Rosa", "Sven", "Tara"}
	lastNames  = []string{"Smith", "Garcia", "Ivanov", "Tanaka", "Nguyen", "Okafor", "Petersen", "Rossi", "Schmidt", "Lindgren", "Moreau", "Novak", "Fernandes", "Kowalski", "Haddad", "Jensen"}
)

// agent is a user of a call centre with all that an agent has: about forty attributes, twenty of them texts.
func agent(id user.ID) user.User {
	n := int64(id)
	first, last := firstNames[n%20], lastNames[n/20%16]
	at := time.Date(2024, 1, 1, 0, 0, int(n%86400), 0, time.UTC)
	return user.User{
		ID: id, Version: 1,
		Identity: user.Identity{
			Login: fmt.Sprintf("agent%07d", n), PID: fmt.Sprintf("p%07d", n), EmployeeID: fmt.Sprintf("E-%07d", n),
			Description: fmt.Sprintf("agent number %d of the floor", n), CustomData: fmt.Sprintf(`{"seat":%d}`, n),
		},
		Names: user.Names{
			First: first, Last: last, Full: fmt.Sprintf("%s %s %d", first, last, n), Display: fmt.Sprintf("%s %s %d", first, last[:1], n),
		},
		Contact: user.Contact{
			Email: fmt.Sprintf("%s.%s.%d@example.com", first, last, n), Phone: fmt.Sprintf("+4930%07d", n), Mobile: fmt.Sprintf("+49170%07d", n),
			Language: "en_GB", DateFormat: "iso", PictureURL: fmt.Sprintf("https://pictures.example.com/%d.png", n),
		},
		Credentials: user.Credentials{HasPassword: true, ChangedAt: at},
		Capacity: user.Capacity{
			MaxChats: 4, MaxAsyncChats: user.Some(20), MemberOf: user.Assignment{Group: user.GroupID(1 + n%300), Since: at},
			Skills: user.IDsOf(user.SkillID(1+n%97), user.SkillID(1+n%89), user.SkillID(1+n%83)), Queues: user.IDsOf(user.QueueID(1 + n%40)),
		},
		Presence: user.Presence{Status: user.Status(n % 8), Since: at},
		Preferences: user.Preferences{
			ChatSound: true, AutoAnswer: n%3 == 0, Views: user.IDsOf(user.ViewID(1), user.ViewID(2)),
			Statistics: user.ListOf(user.Statistic{Name: "handled", Option: "day"}),
		},
		Access: user.Access{
			Disabled: n%10 == 0, Granted: user.RolesOf(user.Agent), Roles: user.RolesOf(user.Agent, user.Role(n%15)),
			Profiles: user.IDsOf(user.ProfileID(1 + n%12)), Groups: user.IDsOf(user.GroupID(1 + n%50)),
			Applications:    user.IDsOf(user.ApplicationID(1+n%20), user.ApplicationID(1+n/7%20)),
			LinesOfBusiness: user.IDsOf(user.LineOfBusinessID(1 + n%5)), PermissionGroups: user.IDsOf(user.PermissionGroupID(1 + n%7)),
			Devices: user.IDsOf(user.DeviceID(n)),
		},
		Lifecycle: user.Lifecycle{Created: at, Updated: at},
	}
}
