package model

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
	"github.com/ca74b63c/roster/validate"
)

// Front is one account of the product on a storage.
type Front struct {
	dir     *roster.Directory
	store   storage.Storage
	account user.AccountID
	now     time.Time
	hasher  *schemes
	policy  *lenient
	opts    []roster.Option
	list    roster.ListParams // whose next page is at its cursor; without one there is none
	reader  How               // who reads the list
}

// newFront returns a Front for the account in the store, with a Directory whose clock stands at
// now. It writes nothing, and it expects an account that was never written to. opts are passed to
// roster.New after the options of the test itself.
func newFront(store storage.Storage, account user.AccountID, now time.Time, opts ...roster.Option) *Front {
	f := &Front{store: store, account: account, now: now, hasher: &schemes{}, policy: &lenient{memory}, opts: opts}
	f.over(store)
	return f
}

// over makes further calls use the given storage.
func (f *Front) over(store storage.Storage) {
	f.dir = roster.New(store, append([]roster.Option{
		roster.WithHasher(f.hasher), roster.WithPasswordPolicy(f.policy),
		roster.WithClock(func() time.Time { // a clock shows more than the product keeps
			return f.now.Add(999 * time.Nanosecond).In(time.FixedZone("", 3600))
		}),
	}, append(withTeamLeads(), f.opts...)...)...)
}

func (f *Front) host() roster.Handle { return f.dir.As(f.account, roster.SystemActor()) }

// as returns the handle of the call's actor.
func (f *Front) as(how How) roster.Handle {
	if how.As == 0 {
		return f.host()
	}
	return f.dir.As(f.account, roster.UserActor(user.ID(how.As)))
}

// schemes is a hasher that costs nothing. A hash of another scheme than the current one must be
// replaced.
type schemes struct{ present int }

func (s *schemes) Hash(_ context.Context, plain string) (string, error) {
	return fmt.Sprint(s.present, ":", plain), nil
}

func (s *schemes) Verify(_ context.Context, hash, plain string) (ok, rehash bool, err error) {
	scheme, was, _ := strings.Cut(hash, ":")
	return was == plain, scheme != fmt.Sprint(s.present), nil
}

func (s *schemes) VerifyUnknown(context.Context, string) error { return nil }

// lenient is a password policy with a minimum length and a number of remembered passwords.
type lenient struct{ memory int }

func (*lenient) Check(c password.Candidate) error {
	if len(c.New) >= shortest {
		return nil
	}
	return &validate.Error{Problems: []validate.Problem{{Path: password.PathNew, Code: validate.TooShort}}}
}

func (l *lenient) Remembers() int { return l.memory }

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
	return append(list, roster.WithReason(h.Reason))
}

// common returns those of the options that calls without a target accept.
func (h How) common() (list []roster.CommonOption) {
	for _, o := range h.options() {
		if c, ok := o.(roster.CommonOption); ok {
			list = append(list, c)
		}
	}
	return list
}

// accountOf converts the fields of r to account settings. A missing number or a text that is not a
// number or duration becomes 0. The hold "never" sets NameReuse.Never; any other hold is parsed as
// a duration.
func accountOf(r Record) user.Account {
	a := user.Account{
		Name: r["name"], Currency: r["currency"], Overdraft: int64(atoi(r["overdraft"])), MaxUsers: atoi(r["maxUsers"]),
	}
	a.CustomAttributes = customSchemaOf(r["customAttributes"])
	a.ReservationTime, _ = time.ParseDuration(r["reservationTime"])
	if a.NameReuse.Never = r["hold"] == "never"; !a.NameReuse.Never {
		a.NameReuse.Hold, _ = time.ParseDuration(r["hold"])
	}
	return a
}

func showAccount(a user.Account) Record {
	r := Record{}
	r.set("name", a.Name)
	r.set("currency", a.Currency)
	r.set("overdraft", itoa(a.Overdraft))
	r.set("maxUsers", itoa(a.MaxUsers))
	r.set("hold", durationText(a.NameReuse.Hold))
	if a.NameReuse.Never {
		r.set("hold", "never")
	}
	r.set("reservationTime", durationText(a.ReservationTime))
	r.set("customAttributes", customSchemaWords(a.CustomAttributes))
	r.set("created", moment(a.Created))
	r.set(".version", itoa(a.Version))
	return r
}

func durationText(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

func referenceOf(kind string, id int, name, gives string) user.Reference {
	ref := user.Reference{Kind: referenceKinds[kind], ID: int64(id), Name: name}
	if gives != "" {
		role, _ := user.ParseRole(gives)
		ref.Profile = user.Profile{Role: role}
	}
	return ref
}

var referenceKinds = map[string]user.ReferenceKind{
	"profile": user.ReferenceProfile, "skill": user.ReferenceSkill, "group": user.ReferenceGroup, "view": user.ReferenceView,
	"queue": user.ReferenceQueue, "application": user.ReferenceApplication,
}

// kinds are the kinds of reference data to draw from. Profiles and skills occur more often.
var kinds = []string{"profile", "profile", "profile", "skill", "skill", "group", "view", "queue", "application"}

func showReference(r user.Reference) Record {
	shown := Record{".id": itoa(r.ID), ".version": itoa(r.Version), "name": r.Name}
	if r.Profile.Role != "" {
		shown.set("gives", r.Profile.Role.String())
	}
	return shown
}

func showReferences(list []user.Reference) (shown []Record) {
	for _, r := range list {
		shown = append(shown, showReference(r))
	}
	return shown
}

func showUsers(list []user.User) (shown []Record) {
	for _, u := range list {
		shown = append(shown, recordOf(u))
	}
	return shown
}

func showResult(r roster.Result) Result {
	shown := Result{User: recordOf(r.User), Revision: int(r.Revision), Changed: named(r.Changed), Lost: named(r.Lost)}
	var resets []string
	for _, x := range r.Resets {
		resets = append(resets, strings.ReplaceAll(strings.TrimSuffix(x.Rule, "-lost"), "-", "_")+" lost: "+strings.TrimSpace(x.Attribute.String()+" "+x.Name))
	}
	shown.Resets, shown.Returned = joined(resets), int64(r.Returned.Units())
	return shown
}

func showResults(list []roster.Result) (shown []Result) {
	for _, r := range list {
		shown = append(shown, showResult(r))
	}
	return shown
}

func named(set user.Attributes) string {
	var list []string
	for a := range set.All() {
		list = append(list, a.String())
	}
	return words(list...)
}

func showTransfer(t balance.Transfer) Transfer {
	shown := Transfer{
		ID: int(t.ID), Kind: t.Kind.String(), At: moment(t.At), Reason: t.Reason, Actor: int(t.Actor), Currency: string(t.Currency),
		Amount: int64(t.Requested.Units()), In: string(t.Requested.Currency()), Strict: t.Strict, Key: t.Key,
		Reverses: int(t.Reverses), AccountDescription: t.AccountDescription, UserDescription: t.UserDescription,
	}
	for _, p := range t.Postings {
		shown.Postings = append(shown.Postings, Posting{
			From: int(p.From), To: int(p.To), Amount: int64(p.Amount), FromAfter: int64(p.FromAfter), ToAfter: int64(p.ToAfter), Name: p.Name,
		})
	}
	for _, s := range t.Skipped {
		shown.Skipped = append(shown.Skipped, fmt.Sprint(s.User, " ", s.Reason))
	}
	return shown
}

func showTransfers(list []balance.Transfer) (shown []Transfer) {
	for _, t := range list {
		shown = append(shown, showTransfer(t))
	}
	return shown
}

func showReceipt(r roster.Receipt) Receipt {
	return Receipt{
		Transfer: showTransfer(r.Transfer), Account: int64(r.Account.Units()), Revision: int(r.Revision), Replayed: r.Replayed,
	}
}

func showEntries(list []balance.Entry) (shown []Entry) {
	for _, e := range list {
		shown = append(shown, Entry{
			Transfer: int(e.Transfer), Index: e.Index, Kind: e.Kind.String(), At: moment(e.At), Reverses: int(e.Reverses),
			Holder: int(e.Holder), Counterpart: int(e.Counterpart), Delta: int64(e.Delta), After: int64(e.After),
			Currency: string(e.Currency), Description: e.Description,
		})
	}
	return shown
}

func showFunds(list []roster.UserBalance) (shown []Funds) {
	for _, f := range list {
		shown = append(shown, Funds{Own: int64(f.Own.Units()), Available: int64(f.Available.Units()), Parent: f.Parent})
	}
	return shown
}

func showChanges(list []storage.Change) (shown []Change) {
	for _, c := range list {
		s := Change{
			Revision: int(c.ID.Revision), Index: c.ID.Index, At: moment(c.At), Type: string(c.Type), Actor: int(c.Actor),
			Reason: c.Reason, Detail: c.Detail, User: int(c.UserID), Transfer: int(c.TransferID),
		}
		if c.Created != nil {
			s.Created = recordOf(*c.Created)
		}
		for _, d := range c.Diff {
			if d.Name != "" {
				s.Diff = append(s.Diff, difference("custom "+d.Name, d.Before.String(), d.After.String()))
				continue
			}
			s.Diff = append(s.Diff, difference(d.Attribute.String(), wordsOf(d.Attribute, d.Before), wordsOf(d.Attribute, d.After)))
		}
		slices.Sort(s.Diff)
		if c.ReferenceKind != 0 {
			s.Reference = c.ReferenceKind.String() + " " + itoa(c.ReferenceID)
		}
		if c.Money != nil {
			s.Money = fmt.Sprintf("%d of %d %s:", c.Money.Total.Units(), c.Money.Count, c.Money.Total.Currency())
			for _, p := range c.Money.Payments {
				s.Money += fmt.Sprintf(" %d>%d %d", p.From, p.To, p.Amount.Units())
			}
		}
		shown = append(shown, s)
	}
	return shown
}
