package model

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Front is one account of the product on a storage.
type Front struct {
	dir     *roster.Directory
	store   storage.Storage
	account user.AccountID
	now     time.Time
}

// newFront returns a Front for the account, which must have no data in the store yet. The clock of
// the Front stands 999 nanoseconds after now, in a time zone other than UTC, so that roster must
// normalize the times. opts are passed to roster.New.
func newFront(store storage.Storage, account user.AccountID, now time.Time, opts ...roster.Option) *Front {
	f := &Front{store: store, account: account, now: now}
	clock := func() time.Time { // it shows more than the product keeps
		return f.now.Add(999 * time.Nanosecond).In(time.FixedZone("", 3600))
	}
	f.dir = roster.New(store, append(opts, roster.WithClock(clock))...)
	return f
}

// as returns a handle of the account for the actor of the call.
func (f *Front) as(how How) roster.Handle {
	if how.As == 0 {
		return f.dir.As(f.account, roster.SystemActor())
	}
	return f.dir.As(f.account, roster.UserActor(user.ID(how.As)))
}

func (h How) options() (list []roster.CallOption) {
	if h.Dry {
		list = append(list, roster.DryRun())
	}
	if h.IfVersion != nil {
		list = append(list, roster.IfVersion(user.Revision(*h.IfVersion)))
	}
	if h.IfRevision != nil {
		list = append(list, roster.IfRevision(user.Revision(*h.IfRevision)))
	}
	if h.IfSince != nil {
		list = append(list, roster.IfUnchangedSince(user.Revision(*h.IfSince)))
	}
	return list
}

// common returns the options that a call without a target accepts, and leaves out the others.
func common(options []roster.CallOption) (list []roster.CommonOption) {
	for _, o := range options {
		if c, ok := o.(roster.CommonOption); ok {
			list = append(list, c)
		}
	}
	return list
}

// accountOf converts the fields of r to account settings. A missing number becomes 0.
func accountOf(r Record) user.Account {
	return user.Account{Currency: r["currency"], Overdraft: int64(atoi(r["overdraft"]))}
}

func showAccount(a user.Account) Record {
	r := Record{}
	r.set("currency", a.Currency)
	r.set("overdraft", itoa(a.Overdraft))
	r.set("created", moment(a.Created))
	r.set(".version", itoa(a.Version))
	return r
}

// each returns the results of show for the items of list, or nil if there are no items.
func each[A, B any](list []A, show func(A) B) (shown []B) {
	for _, item := range list {
		shown = append(shown, show(item))
	}
	return shown
}

func showResult(r roster.Result) Result {
	return Result{User: recordOf(r.User), Revision: int(r.Revision), Returned: int64(r.Returned.Units())}
}

func showOne(r roster.Result) []Result { return []Result{showResult(r)} }

func showResults(list []roster.Result) []Result { return each(list, showResult) }

func showTransfer(t balance.Transfer) Transfer {
	shown := Transfer{
		Terms: Terms{
			Kind: t.Kind.String(), Amount: int64(t.Requested.Units()), In: string(t.Requested.Currency()), Strict: t.Strict,
			Reverses: int(t.Reverses),
		},
		ID: int(t.ID), At: moment(t.At), Actor: int(t.Actor), Currency: string(t.Currency), Key: t.Key,
	}
	for _, p := range t.Postings {
		shown.Postings = append(shown.Postings, Posting{int(p.From), int(p.To), int64(p.Amount), int64(p.FromAfter), int64(p.ToAfter)})
	}
	for _, s := range t.Skipped {
		shown.Skipped = append(shown.Skipped, fmt.Sprint(s.User, " ", s.Reason))
	}
	return shown
}

func showReceipt(r roster.Receipt) Receipt {
	return Receipt{
		Transfer: showTransfer(r.Transfer), Account: int64(r.Account.Units()), Revision: int(r.Revision), Replayed: r.Replayed,
	}
}

func showChange(c storage.Change) Change {
	s := Change{
		Revision: int(c.ID.Revision), Index: c.ID.Index, At: moment(c.At), Type: string(c.Type), Actor: int(c.Actor),
		User: int(c.UserID), Transfer: int(c.TransferID),
	}
	if c.ReferenceKind != 0 {
		s.Reference = c.ReferenceKind.String() + " " + itoa(c.ReferenceID)
	}
	return s
}

// everything reads the whole state of the account from the storage, without package roster. It
// returns the first error of the storage.
func (f *Front) everything(ctx context.Context) (e Everything, err error) {
	err = f.store.View(ctx, f.account, func(ctx context.Context, r storage.Reader) error {
		e = Everything{Revision: int(r.Revision()), Config: int(r.ConfigRevision())}
		account, err := r.Account(ctx)
		if err != nil {
			return err
		}
		e.Account = showAccount(account)
		users, err := r.Users(ctx, storage.Query{Deleted: storage.WithDeleted})
		if err != nil {
			return err
		}
		e.Users = each(users, recordOf)
		holders := each(users, func(u user.User) balance.Holder { return balance.HolderOf(u.ID) })
		holders = slices.Insert(holders, 0, balance.Account)
		funds, err := r.Balances(ctx, holders...)
		if err != nil {
			return err
		}
		e.Funds = each(funds, func(n balance.Units) int64 { return int64(n) })
		transfers, err := r.Transfers(ctx, storage.TransferQuery{})
		if err != nil {
			return err
		}
		e.Transfers = each(transfers, showTransfer)
		for _, x := range transfers {
			by, err := r.Reversal(ctx, x.ID)
			if err != nil && !errors.Is(err, storage.ErrNotFound) {
				return err
			}
			e.Reversals = append(e.Reversals, int(by))
		}
		changes, err := r.Changes(ctx, storage.ChangeQuery{})
		e.Changes = each(changes, showChange)
		return err
	})
	return e, err
}

// marks are what the JSON of a list has beside its words.
var marks = strings.NewReplacer(`"`, "", ",", " ", "[", "", "]", "")

// plain returns the value v of the attribute a as a Record stores the value: "" if a zero user has
// the same value, sorted items such as "1 2" for a list, and v.String() otherwise.
func plain(a user.Attribute, v user.Value) string {
	s := v.String()
	switch {
	case v == a.Value(user.User{}):
		return ""
	case strings.HasPrefix(s, "["):
		return words(strings.Fields(marks.Replace(s))...)
	}
	return s
}

// recordOf returns the attributes of the user u as a Record. The Record also has five fields that
// are not attributes: .id, .version, .config (the configuration version), .stamp (the sign-in
// stamp) and .since (the time of the status). Fields with the default value are absent.
func recordOf(u user.User) Record {
	r := Record{}
	for a := range user.AllAttributes().All() {
		r.set(a.String(), plain(a, a.Value(u)))
	}
	r.set(".id", itoa(u.ID))
	r.set(".version", itoa(u.Version))
	r.set(".config", itoa(u.ConfigVersion))
	r.set(".stamp", itoa(u.Credentials.SignInStamp))
	r.set(".since", moment(u.Presence.Since))
	return r
}

// patchOf returns a patch that sets each attribute in fields to its value. The value "" clears the
// attribute. Other attributes stay unchanged. patchOf panics for an attribute that is not in the
// list values.
func patchOf(fields Record) (p user.Patch) {
	for name, v := range fields {
		switch name {
		case "login":
			p.Login = user.Set(v)
		case "roles":
			p.Roles = user.Set(rolesOf(v))
		case "granted":
			p.Granted = user.Set(rolesOf(v))
		case "status":
			p.Status = user.Set(map[string]user.Status{"READY": user.Ready, "ONLINE": user.Online}[v])
		case "maxChats":
			p.MaxChats = user.Set(atoi(v))
		case "memberOf":
			p.MemberOf = user.Set(user.GroupID(atoi(v)))
		case "managerOf":
			p.ManagerOf = user.Set(numbersOf[user.GroupID](v))
		case "profiles":
			p.Profiles = user.Set(numbersOf[user.ProfileID](v))
		case "applications":
			p.Applications = user.Set(numbersOf[user.ApplicationID](v))
		case "enabled":
			p.Enabled = user.Set(v == "")
		case "apiUser":
			p.APIUser = user.Set(v != "")
		case "parentAccounting":
			p.ParentAccounting = user.Set(v != "")
		default:
			panic("no attribute is called " + name)
		}
	}
	return p
}

func rolesOf(v string) user.Roles {
	return user.RolesOf(each(strings.Fields(v), func(name string) user.Role { return user.Role(name) })...)
}

func numbersOf[T ~int64](v string) user.IDSet[T] {
	return user.IDSetOf(each(strings.Fields(v), func(n string) T { return T(atoi(n)) })...)
}

// userOf returns a new user with the attributes in fields. fields must not contain roles. userOf
// panics if patchOf does not know an attribute.
func userOf(fields Record) (u user.User) {
	b, err := json.Marshal(patchOf(fields)) // a user with the same values has the same JSON
	if err == nil {
		err = json.Unmarshal(b, &u)
	}
	if err != nil {
		panic(err)
	}
	return u
}
