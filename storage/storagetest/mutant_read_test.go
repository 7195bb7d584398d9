package storagetest

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest/internal/hook"
	"github.com/ca74b63c/roster/user"
)

// mutant is a storage that breaks a rule, and the cases that have to notice it.
type mutant struct {
	name  string
	cases string
	fault fault
}

// readMutants are storages that read wrongly.
var readMutants = []mutant{
	{"returns the zero user for a missing user", "View/Empty", forgives("User", storage.ErrNotFound)},
	{"forgets a setting", "Account/Settings", after("Account", func(a *user.Account) { a.NameReuse.Hold = 0 })},
	{"hides deleted users", "Update/Commits", hides("User", func(u user.User) bool { return !u.Live() })},
	{"reads under a context that is done", "Update/Poisoned Context/Inside", on("", func(c *hook.Call) error {
		c.Ctx = uncanceled(c.Ctx)
		return c.Run()
	})},
	{"leaves the Reader open after View", "View/AfterEnd", forgives("", storage.ErrClosed)},
	{"leaves the Writer open after Update", "Update/AfterEnd", forgives("", storage.ErrClosed)},
	{"finds nothing in a list of its own", "Page/Nothing", on("", func(c *hook.Call) error {
		err := c.Run()
		if v := reflect.ValueOf(c.Result); c.Result != nil && v.Elem().Kind() == reflect.Slice && v.Elem().IsNil() {
			v.Elem().Set(reflect.MakeSlice(v.Elem().Type(), 0, 0))
		}
		return err
	})},
	{"ignores limits", "Account/Listing Page/Limit History/Query", listing(func(limit *int) {
		if *limit > 0 && *limit < storage.MaxPage {
			*limit = 0
		}
	})},
	{"has no page of more than a hundred", "Page/Limit", listing(func(limit *int) {
		if *limit == 0 || *limit > 100 {
			*limit = 100
		}
	})},
	{"takes any limit", "Page/InvalidLimit",
		listing(func(limit *int) { *limit = min(max(*limit, 0), storage.MaxPage) })},

	// Users
	{"forgets an attribute", "User/RoundTrip",
		changesUser(func(u *user.User) { u.Preferences.Views = user.IDSet[user.ViewID]{} })},
	{"keeps texts up to a control character", "User/RoundTrip", changesUser(func(u *user.User) {
		u.Identity.CustomData, _, _ = strings.Cut(u.Identity.CustomData, "\x01")
	})},
	{"keeps ids as floats", "User/RoundTrip", changesUser(func(u *user.User) { u.ID = user.ID(float64(u.ID)) })},
	{"keeps seconds only", "User/Times",
		changesCreated(func(t time.Time) time.Time { return t.Truncate(time.Second) })},
	{"keeps times as nanoseconds", "User/Times", changesCreated(asNanoseconds)},
	{"returns local times", "User/Times", changesCreated(func(t time.Time) time.Time {
		return t.In(time.FixedZone("elsewhere", 3600))
	})},
	{"finds users by an empty key", "Key/Find", findsUser(func(k user.Key, u user.User) bool {
		return k.Kind != 0 && k.Value == "" && u.Keys()[k.Kind] == ""
	})},
	{"lets the deleted keep shared keys", "Key/Held", findsUser(func(k user.Key, u user.User) bool {
		return !k.Kind.Unique() && k.Value != "" && !u.Lifecycle.HoldUntil.IsZero() && asLive(u)[k.Kind] == k.Value
	})},
	{"frees the names of the deleted at once", "Key/Held", hides("UserByKey", func(u user.User) bool { return !u.Live() })},
	{"returns the first of several", "Update/Absence Key/Shared", on("UserByKey", func(c *hook.Call) error {
		list, _ := c.Reader.Users(c.Ctx, storage.Query{Key: *arg[user.Key](c), Limit: 1})
		if err := c.Run(); err == nil || len(list) == 0 {
			return err
		}
		*result[user.User](c) = list[0]
		return nil
	})},
	{"forgets earlier passwords", "Secret/RoundTrip", after("Secret", func(s *user.Secret) {
		*s = user.SecretOf(s.Hash(), s.Changed())
	})},
	{"does not find the secret of who has none", "Secret/RoundTrip", hides("Secret", user.Secret.IsZero)},

	// Queries for users
	{"forgets the excluded queue beside a queue", "Query/Match", asks(func(q *storage.Query) {
		if q.Queue != 0 {
			q.ExcludedQueue = 0
		}
	})},
	{"forgets the roles of a subset", "Query/Match", asks(func(q *storage.Query) {
		q.Within = slices.Clone(q.Within)
		for i := range q.Within {
			q.Within[i].Without = user.Roles{}
		}
	})},
	{"sorts ties by ascending id always", "Query/Match Page/Position", on("Users", func(c *hook.Call) error {
		err := c.Run()
		q := arg[storage.Query](c)
		slices.SortStableFunc(*result[[]user.User](c), func(a, b user.User) int {
			if q.Order == storage.OrderByID || q.PositionOf(a).Key != q.PositionOf(b).Key {
				return q.Compare(q.PositionOf(a), q.PositionOf(b))
			}
			return cmp.Compare(a.ID, b.ID)
		})
		return err
	})},
	{"counts the page", "Query/Match", on("CountUsers", func(c *hook.Call) error {
		list, err := c.Reader.Users(c.Ctx, *arg[storage.Query](c))
		*result[int](c) = len(list)
		return err
	})},
	{"ignores the offset", "Query/Match", ignores[storage.Query]("Users", "Offset")},
	{"takes an empty filter for none", "Query/Match", asks(func(q *storage.Query) {
		if len(q.IDs) == 0 {
			q.IDs = nil
		}
	})},
	{"takes any query", "Query/Invalid", asks(func(q *storage.Query) {
		if q.Check() != nil {
			*q = storage.Query{}
		}
	})},
	{"skips the ties of a position", "Page/Position", filtering("Users", func(c *hook.Call, u user.User) bool {
		q := arg[storage.Query](c)
		return q.After != nil && q.Order != storage.OrderByID && q.PositionOf(u).Key == q.After.Key
	})},
	{"starts over when the position's user is gone", "Page/Position", on("Users", func(c *hook.Call) error {
		if q := arg[storage.Query](c); q.After != nil {
			if _, err := c.Reader.User(c.Ctx, q.After.ID); err != nil {
				q.After = nil
			}
		}
		return c.Run()
	})},
	{"searches with case", "Query/Text", filtering("Users", func(c *hook.Call, u user.User) bool {
		return !strings.Contains(u.Identity.Login, arg[storage.Query](c).LoginPart)
	})},
	{"searches descriptions", "Query/Text", on("Users", func(c *hook.Call) error {
		err := c.Run()
		q := arg[storage.Query](c)
		for _, u := range everyUser(c) {
			if q.Text != "" && !q.Match(u) && strings.Contains(u.Identity.Description, q.Text) {
				*result[[]user.User](c) = append(*result[[]user.User](c), u)
			}
		}
		return err
	})},
	{"takes % and _ for wildcards", "Query/Text", asks(func(q *storage.Query) {
		if strings.Trim(q.LoginPart, "%_") == "" {
			q.LoginPart = ""
		}
		if strings.Trim(q.Text, "%_") == "" {
			q.Text = ""
		}
	})},

	// Reference data
	{"forgets an attribute of reference data", "Reference/RoundTrip",
		after("Reference", func(r *user.Reference) { r.Profile.Role = "" })},
	{"repeats the last piece of a page", "Reference/Listing", before("References", func(after *int64) { *after-- })},
	{"lists reference data by name", "Reference/Listing", after("References", func(list *[]user.Reference) {
		slices.SortFunc(*list, func(a, b user.Reference) int { return cmp.Compare(a.Name, b.Name) })
	})},

	// Transfers
	{"forgets the users that a transfer skipped", "Transfer/RoundTrip",
		after("Transfer", func(t *balance.Transfer) { t.Skipped = nil })},
	{"keeps one amount for each transfer", "Transfer/RoundTrip", after("Transfer", func(t *balance.Transfer) {
		for i := range t.Postings {
			t.Postings[i].Amount = t.Postings[0].Amount
		}
	})},
	{"takes the empty text for an idempotency key", "Transfer/Key",
		findsTransfer(func(key string, t balance.Transfer) bool {
			return key == t.Key
		})},
	{"compares idempotency keys without case", "Transfer/Key",
		findsTransfer(func(key string, t balance.Transfer) bool {
			return key != "" && strings.EqualFold(key, t.Key)
		})},
	{"returns balances in the order of holders", "Transfer/Balances",
		before("Balances", func(holders *[]balance.Holder) {
			*holders = slices.Sorted(slices.Values(*holders))
		})},
	{"lists transfers newest first", "Update/Commits Transfer/Query",
		asksTransfers(func(q *storage.TransferQuery) { q.Newest = !q.Newest })},
	{"ignores the user of a transfer query", "Transfer/Query", ignores[storage.TransferQuery]("Transfers", "UserID")},
	{"ignores the kinds of a transfer query", "Transfer/Query", ignores[storage.TransferQuery]("Transfers", "Kinds")},
	{"finds transfers by their payees only", "Transfer/Query",
		filtering("Transfers", func(c *hook.Call, t balance.Transfer) bool {
			id := arg[storage.TransferQuery](c).UserID
			paid := func(p balance.Posting) bool { return p.To == balance.HolderOf(id) }
			return id != 0 && !slices.ContainsFunc(t.Postings, paid)
		})},
	{"takes any query for transfers", "Query/Invalid",
		asksTransfers(func(q *storage.TransferQuery) { q.UserID = max(q.UserID, 0) })},
	{"has one entry for each transfer", "Transfer/RoundTrip Statement/Order",
		after("Statement", func(list *[]balance.Entry) {
			*list = slices.CompactFunc(*list, func(a, b balance.Entry) bool { return a.Transfer == b.Transfer })
		})},
	{"lists statements oldest first", "Statement/Order",
		after("Statement", func(list *[]balance.Entry) { newestFirst(true, list) })},
	{"pages statements by transfer", "Statement/Order",
		filtering("Statement", func(c *hook.Call, e balance.Entry) bool {
			before := arg[storage.EntryID](c).Transfer
			return before != 0 && e.Transfer >= before
		})},

	// Changes
	{"pages changes by revision", "History/Query", asksChanges(func(q *storage.ChangeQuery) {
		if q.After.Revision != 0 && !q.Newest {
			q.After = storage.AfterRevision(q.After.Revision)
		}
	})},
	{"ignores the user of a change query", "History/Query", ignores[storage.ChangeQuery]("Changes", "UserID")},
	{"ignores the actor of a change query", "History/Query", ignores[storage.ChangeQuery]("Changes", "Actor")},
	{"ignores the types of a change query", "History/Query", ignores[storage.ChangeQuery]("Changes", "Types")},
	{"lists the newest changes last", "History/Query", on("Changes", func(c *hook.Call) error {
		err := c.Run()
		newestFirst(arg[storage.ChangeQuery](c).Newest, result[[]storage.Change](c))
		return err
	})},
	{"takes any query for changes", "Query/Invalid", asksChanges(func(q *storage.ChangeQuery) {
		q.Types = q.Types[:min(len(q.Types), storage.MaxChangeTypes)]
	})},
	{"says that changes are gone, and not which", "History/Compacted", on("Changes", func(c *hook.Call) error {
		if err := c.Run(); err != nil {
			return storage.ErrCompacted
		}
		return nil
	})},
	{"numbers changes anew after a compaction", "History/Compacted", on("Changes", func(c *hook.Call) error {
		err := c.Run()
		if last := compacted(c).Revision; err == nil && last != 0 {
			for i := range *result[[]storage.Change](c) {
				(*result[[]storage.Change](c))[i].ID = storage.ChangeID{Revision: last + 1, Index: i}
			}
		}
		return err
	})},
	{"hides that changes are not kept", "Load/Counters Deletion/Changes", forgives("Changes", storage.ErrCompacted)},
	{"looks what is kept before the limit", "Load/Counters",
		refuses("Changes", func(c *hook.Call, q storage.ChangeQuery) error {
			return q.CheckKept(compacted(c))
		})},

	// Deliveries
	{"forgets the holder of a lease", "Delivery/RoundTrip",
		after("Delivery", func(d *storage.Delivery) { d.Holder = "" })},
	{"lists deliveries by their positions", "Delivery/Listing", after("Deliveries", func(list *[]storage.Delivery) {
		slices.SortFunc(*list, func(a, b storage.Delivery) int {
			return cmp.Compare(a.Position.Revision, b.Position.Revision)
		})
	})},
	{"lists dead letters by the time of their failure", "DeadLetter/Listing",
		after("DeadLetters", func(list *[]storage.DeadLetter) {
			slices.SortFunc(*list, func(a, b storage.DeadLetter) int { return a.At.Compare(b.At) })
		})},
	{
		"has the change of a dead letter no more once it is compacted", "History/Compacted",
		filtering("DeadLetters", func(c *hook.Call, l storage.DeadLetter) bool {
			return !compacted(c).Less(l.Change.ID)
		}),
	},

	// Copies
	{"keeps the caller's postings", "Copy/In",
		keeps("PostTransfer", given[balance.Transfer], "Transfer", transferKey)},
	{"keeps the caller's changes", "Copy/In", keeps("AppendChange", given[storage.Change], "Changes", onlyChange)},
	{"keeps the caller's dead letters", "Copy/In",
		keeps("PutDeadLetter", given[storage.DeadLetter], "DeadLetters", onlyLetter)},
	{"gives out its own postings", "Copy/Out", keeps("", nil, "Transfer", transferKey)},
	{"gives out its own changes", "Copy/Out", keeps("", nil, "Changes", changeID)},
	{"gives out its own dead letters", "Copy/Out", keeps("", nil, "DeadLetters", letterChange)},

	// Revisions
	{"Revision in Update is the next one", "Update/Revision", on("Revision", func(c *hook.Call) error {
		err := c.Run()
		if _, writing := c.Reader.(storage.Writer); writing {
			*result[user.Revision](c)++
		}
		return err
	})},
	{"ConfigRevision is any revision", "Update/ConfigRevision", on("ConfigRevision", func(c *hook.Call) error {
		*result[user.Revision](c) = c.Reader.Revision()
		return nil
	})},
}

// missing are the methods whose broken storage misses the transaction's own writes, with the cases
// beside Update/OwnWrites that have to notice it.
var missing = map[string]string{
	"Account": "", "User": "", "UserByKey": "", "Users": "Query/AfterWrites",
	"CountUsers": "Query/AfterWrites", "Secret": "", "Reference": "", "ReferenceByName": "", "References": "",
	"Balances": "", "Transfer": "", "TransferByKey": "", "Reversal": "", "Transfers": "", "Statement": "",
	"Changes": "Change/IDs", "Counters": "Counters/Given", "Delivery": "Delivery/RoundTrip", "Deliveries": "",
	"DeadLetters": "DeadLetter/RoundTrip",
}
