package storagetest

import (
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest/internal/mapstore"
)

type mutant struct {
	fault string
	cases string // names of cases, separated by blanks
}

// mutants are storages with one fault each, and the cases that have to notice it. Each case notices
// one at least.
var mutants = []mutant{
	{"returns the zero user for nobody", "View/Empty User/NotFound"},
	{"has settings before they were put", "View/Empty Account/Settings"},
	{"shows commits to a View that runs", "View/Unchanging Concurrency/WholeCommits"},
	{"hides the error of fn", "View/Error Update/Rollback"},
	{"leaves the Reader open after View", "View/AfterEnd"},

	{"commits nothing", "Update/Commits User/RoundTrip"},
	{"counts a transaction that wrote nothing", "Update/Revision"},
	{"counts revisions by two", "Update/Revision"},
	{"Revision in Update is the next one", "Update/Revision"},
	{"ConfigRevision is any revision", "Update/ConfigRevision"},
	{"ConfigRevision is that of the user put last", "Update/ConfigRevision Update/ConfigRevisions"},
	{"ConfigRevision shows the transaction's own writes", "Update/ConfigRevision"},
	{"commits although fn failed", "Update/Rollback Key/Freed"},
	{"commits although fn panicked", "Update/Panic"},
	{"keeps the lock when fn panics", "Update/Panic"},
	{"swallows a panic", "Update/Panic"},
	{"forgets an error that fn swallowed", "Update/Poisoned Context/Inside"},
	{"rolls back because something was not found", "Update/Absence"},
	{"leaves the Writer open after Update", "Update/AfterEnd"},

	{"Account misses the transaction's own writes", "Update/OwnWrites"},
	{"User misses the transaction's own writes", "Update/OwnWrites User/Replaced"},
	{"UserByKey misses the transaction's own writes", "Update/OwnWrites"},
	{"Users misses the transaction's own writes", "Update/OwnWrites Query/AfterWrites"},
	{"CountUsers misses the transaction's own writes", "Update/OwnWrites Query/AfterWrites"},
	{"Secret misses the transaction's own writes", "Update/OwnWrites"},
	{"Reference misses the transaction's own writes", "Update/OwnWrites"},
	{"ReferenceByName misses the transaction's own writes", "Update/OwnWrites"},
	{"References misses the transaction's own writes", "Update/OwnWrites"},
	{"Balances misses the transaction's own writes", "Update/OwnWrites"},
	{"Transfer misses the transaction's own writes", "Update/OwnWrites"},
	{"TransferByKey misses the transaction's own writes", "Update/OwnWrites"},
	{"Reversal misses the transaction's own writes", "Update/OwnWrites"},
	{"Transfers misses the transaction's own writes", "Update/OwnWrites"},
	{"Statement misses the transaction's own writes", "Update/OwnWrites"},
	{"Changes misses the transaction's own writes", "Update/OwnWrites Change/IDs"},
	{"Counters misses the transaction's own writes", "Update/OwnWrites Counters/Given"},

	{"calls a function that is not there", "Update/Nil"},
	{"lets transactions nest", "Nested/Refused"},
	{"begins under a context that is done", "Context/Before"},
	{"waits for its turn without the context", "Context/Waiting"},
	{"reads under a context that is done", "Context/Inside Update/Poisoned"},
	{"commits under a context that is done", "Context/Commit"},
	{"loses the next Update after a caller gave up", "Context/Others"},
	{"works after Close", "Close/Closed"},
	{"fails a second Close", "Close/Closed"},
	{"Close leaves what runs running", "Close/Ends"},
	{"Close does not wait", "Close/Ends"},

	{"forgets a setting", "Account/Settings"},
	{"folds the case of account ids", "Account/Isolation"},
	{"ends account ids at a control character", "Account/Isolation"},
	{"lists accounts that nothing was committed to", "Account/Listing"},
	{"lists accounts in no order", "Account/Listing"},

	{"forgets an attribute", "User/RoundTrip"},
	{"takes any id", "User/Invalid Reference/Invalid Update/Poisoned"},
	{"keeps an attribute that is put empty", "User/Replaced"},
	{"hides deleted users", "User/Deleted Update/Commits"},
	{"keeps seconds only", "User/Times"},
	{"keeps times as nanoseconds", "User/Times"},
	{"keeps a transfer's time as nanoseconds", "User/Times"},
	{"returns local times", "User/Times"},

	{"finds users by an empty key", "Key/Find"},
	{"compares keys without case", "Key/Bytes"},
	{"lets a second user take a key", "Key/Unique"},
	{"takes shared keys for unique ones", "Key/Shared Update/Absence"},
	{"names the wrong owner of a key", "Key/Unique Key/Swap"},
	{"finds a user's own keys taken", "Key/Unique"},
	{"compares keys at the commit only", "Key/Swap"},
	{"lets the deleted keep their names", "Key/Freed"},
	{"frees the names of the deleted at once", "Key/Held"},
	{"lets the deleted keep shared keys", "Key/Held"},
	{"returns the first of several", "Key/Shared Update/Absence"},

	{"forgets the excluded queue beside a queue", "Query/Random"},
	{"indexes users only when they are new", "Query/AfterWrites"},
	{"wants users to be in every subset", "Query/Random"},
	{"forgets the roles of a subset", "Query/Random"},
	{"forgets the subsets behind the first", "Query/Random"},
	{"forgets the custom attributes behind the first", "Query/Filters"},
	{"takes an empty filter for none", "Query/Filters"},
	{"takes any query", "Query/Invalid"},
	{"sorts by the login as it is spelt", "Order/ByBytes Page/Position"},
	{"sorts ties by ascending id always", "Order/ByBytes Query/Random"},
	{"counts the page", "Query/Random"},
	{"repeats the last of a page", "Page/Position Page/WhileWriting Reference/Listing"},
	{"skips the ties of a position", "Page/Position"},
	{"starts over when the position's user is gone", "Page/Position"},
	{"turns positions into offsets", "Page/WhileWriting"},
	{"ignores the offset", "Query/Random"},
	{"has no greatest page", "Page/Limit"},
	{"ignores limits", "Page/Limit Account/Listing History/Query"},
	{"takes any limit", "Page/InvalidLimit"},
	{"finds nothing in a list of its own", "Page/Nothing"},

	{"searches with case", "Search/Folded"},
	{"searches descriptions", "Search/Fields"},
	{"takes % and _ for wildcards", "Search/Hostile"},
	{"takes a backslash for an escape", "Search/Hostile"},

	{"forgets earlier passwords", "Secret/RoundTrip"},
	{"does not find the secret of who has none", "Secret/RoundTrip"},
	{"drops the secret with every PutUser", "Secret/Apart"},
	{"never removes a secret", "Secret/Removed"},
	{"keeps secrets of nobody", "Secret/NotFound Update/Absence"},

	{"forgets an attribute of reference data", "Reference/RoundTrip"},
	{"lets a name be taken twice", "Reference/Unique Update/Poisoned"},
	{"compares names without case", "Reference/Unique"},
	{"has one set of names for all kinds", "Reference/Unique Reference/RoundTrip"},
	{"never frees a name", "Reference/Freed"},
	{"deletes what is not there", "Reference/Deleted"},
	{"lists reference data by name", "Reference/Listing"},

	{"returns an id twice", "Sequence/Once"},
	{"forgets ids that nothing was put under", "Sequence/Once"},
	{"counts ids without those that were put", "Sequence/Greater"},
	{"remembers only the id that was deleted last", "Sequence/Greater"},
	{"has one sequence for all", "Sequence/Apart"},
	{"counts in any sequence", "Sequence/Unknown"},
	{"wraps ids around", "Sequence/Exhausted"},

	{"forgets the users that a transfer skipped", "Transfer/RoundTrip"},
	{"keeps one amount for each transfer", "Transfer/RoundTrip"},
	{"takes the empty text for an idempotency key", "Transfer/Key"},
	{"returns balances in the order of holders", "Transfer/Balances"},
	{"keeps a balance of the world", "Transfer/Balances Transfer/Invalid"},
	{"lists transfers newest first", "Transfer/Query Update/Commits"},
	{"moves money for the first 999 payees", "Transfer/Thousand"},
	{"takes any id of a transfer", "Transfer/Invalid"},
	{"takes postings of nothing", "Transfer/Invalid"},
	{"takes postings of less than nothing", "Transfer/Invalid"},
	{"takes any amount", "Transfer/Invalid"},
	{"lets holders pay themselves", "Transfer/Invalid"},
	{"takes any number for a holder", "Transfer/Invalid"},
	{"lets users have less than nothing", "Transfer/Invalid"},
	{"lets balances grow beyond the bound", "Transfer/Invalid"},
	{"takes transfers in any order", "Transfer/Ascending Update/Poisoned"},
	{"lets an idempotency key be taken twice", "Transfer/Key Transfer/UsedKey Transfer/KeyRace Update/Poisoned"},
	{"compares idempotency keys without case", "Transfer/Key"},
	{"reverses a transfer twice", "Transfer/Reversal"},
	{"believes every balance", "Transfer/Conflict Update/Poisoned"},
	{"adds amounts to balances", "Transfer/Conflict"},
	{"lists statements oldest first", "Statement/Order"},
	{"has one entry for each transfer", "Statement/Order Transfer/Thousand"},
	{"pages statements by transfer", "Statement/Order"},

	{"keeps the settings of a deleted account", "Deletion/Everything"},
	{"keeps the users of a deleted account", "Deletion/Everything"},
	{"keeps the secrets of a deleted account", "Deletion/Everything"},
	{"keeps the reference data of a deleted account", "Deletion/Everything"},
	{"keeps the balances of a deleted account", "Deletion/Everything"},
	{"keeps the transfers of a deleted account", "Deletion/Everything"},
	{"keeps what a Load left", "Deletion/Loading"},
	{"begins a deleted account at its first revision", "Deletion/Again Deletion/Everything"},
	{"gives the ids of a deleted account again", "Deletion/Again"},
	{"forgets ConfigRevision with an account", "Deletion/Again"},
	{"hides that the changes of a deleted account are gone", "Deletion/Changes"},
	{"deletes an account again", "Deletion/Idle"},
	{"lists deleted accounts with the others", "Deletion/Listing"},
	{"never lists deleted accounts", "Deletion/Listing"},
	{"lists any accounts", "Deletion/Listing"},
	{"deletes an account out of turn", "Deletion/Turn"},
	{"wakes nobody for a deleted account", "Deletion/Wait"},

	{"forgets an attribute of changes", "Change/RoundTrip"},
	{"believes a change's own id", "Change/IDs"},
	{"pages changes by revision", "History/Query"},
	{"ignores the user of a change query", "History/Query"},
	{"ignores the actor of a change query", "History/Query"},
	{"ignores the types of a change query", "History/Query"},
	{"finds the user of a change as its actor", "History/Query"},
	{"lists the newest changes last", "History/Query"},
	{"ignores the place of a query for the newest changes", "History/Query"},
	{"takes no types for all types", "History/Query"},
	{"looks for the first type only", "History/Query"},
	{"takes any query for changes", "History/Invalid"},
	{"takes any query for transfers", "History/Invalid"},
	{"ignores the user of a transfer query", "Transfer/Query"},
	{"ignores the kinds of a transfer query", "Transfer/Query"},
	{"finds transfers by their payees only", "Transfer/Query"},
	{"takes no kinds for all kinds", "Transfer/Query"},
	{"lists a transfer for each posting of its user", "Transfer/Query"},
	{"ignores the place of a query for the newest transfers", "Transfer/Query"},
	{"keeps what is compacted", "History/Compacted"},
	{"keeps the last change that is compacted", "History/Compacted"},
	{"does not say what it compacted", "History/Compacted"},
	{"says that changes are gone, and not which", "History/Compacted"},
	{"tells of a gap before the newest changes", "History/Compacted"},
	{"numbers changes anew after a compaction", "History/Compacted"},
	{"forgets changes that are not there yet", "History/CompactedAgain"},
	{"moves back what is compacted", "History/CompactedAgain"},
	{"counts a compaction that forgets nothing", "History/CompactedAgain"},

	{"tells of ids only while they are there", "Counters/Given Load/Counters"},
	{"counts the transactions of a load", "Load/Whole"},
	{"lists accounts that are being loaded", "Load/Whole"},
	{"numbers loaded changes anew", "Load/Changes"},
	{"loads changes in any order", "Load/Changes"},
	{"forgets which ids were given elsewhere", "Load/Counters"},
	{"forgets that changes are not kept", "Load/Counters"},
	{"hides that changes are not kept", "Load/Counters"},
	{"looks what is kept before the limit", "Load/Counters"},
	{"misses changes before the first", "History/Query"},
	{"loads over an account that is there", "Load/Refused"},
	{"loads a revision before its changes", "Load/Refused"},
	{"Delivery misses the transaction's own writes", "Update/OwnWrites Delivery/RoundTrip"},
	{"Deliveries misses the transaction's own writes", "Update/OwnWrites"},
	{"DeadLetters misses the transaction's own writes", "Update/OwnWrites DeadLetter/RoundTrip"},
	{"forgets the holder of a lease", "Delivery/RoundTrip"},
	{"never moves a position back", "Delivery/RoundTrip"},
	{"raises the revision for a delivery", "Delivery/Quiet Delivery/Wait Delivery/Lease"},
	{"forgets a delivery that comes alone", "Delivery/Quiet"},
	{"lists accounts for a delivery", "Delivery/Quiet"},
	{"Wait returns for a delivery", "Delivery/Wait"},
	{"runs an Update again only if the revision has changed", "Delivery/Lease"},
	{"lists deliveries by their positions", "Delivery/Listing"},
	{"repeats the last delivery of a page", "Delivery/Listing"},
	{"deletes deliveries that are not there", "Delivery/Deleted"},
	{"keeps the dead letters of a delivery that is deleted", "Delivery/Deleted"},
	{"takes any delivery", "Delivery/Invalid"},
	{"takes any dead letter", "Delivery/Invalid"},
	{"keeps the deliveries of a deleted account", "Delivery/Account Deletion/Everything"},
	{"keeps the dead letters of a deleted account", "Delivery/Account Deletion/Everything"},
	{"keeps the deliveries that a deleted account got", "Delivery/Account"},
	{"loads after a delivery was put", "Delivery/Load"},
	{"keeps the first dead letter of a change", "DeadLetter/RoundTrip"},
	{"forgets the user that the change of a dead letter created", "DeadLetter/RoundTrip"},
	{"lists dead letters by the time of their failure", "DeadLetter/Listing"},
	{"has one list of dead letters for all deliveries", "DeadLetter/Listing"},
	{"pages dead letters by revision", "DeadLetter/Listing"},
	{"keeps dead letters of no delivery", "DeadLetter/Absent"},
	{"deletes dead letters that are not there", "DeadLetter/Absent"},
	{"has the change of a dead letter no more once it is compacted", "DeadLetter/Compacted"},
	{"scrubs no dead letters", "DeadLetter/Scrub"},
	{"keeps the error of a dead letter that is scrubbed", "DeadLetter/Scrub"},
	{"scrubs no changes", "Scrub/Changes Scrub/Own"},
	{"scrubs no postings", "Scrub/Postings Scrub/Own"},
	{"scrubs everyone", "DeadLetter/Scrub Scrub/Changes Scrub/Postings Scrub/Own"},
	{"scrubs only what is committed", "Scrub/Own"},
	{"scrubs for good at once", "Update/Rollback"},

	{"keeps the caller's postings", "Copy/In"},
	{"keeps the caller's changes", "Copy/In"},
	{"keeps the caller's dead letters", "Copy/In"},
	{"gives out its own postings", "Copy/Out"},
	{"gives out its own changes", "Copy/Out"},
	{"gives out its own dead letters", "Copy/Out"},

	{"keeps texts up to a control character", "User/RoundTrip"},
	{"composes texts", "User/RoundTrip"},
	{"keeps ids as floats", "Number/Extremes"},

	{"Wait asks but once", "Wait/Commit Wait/Nothing"},
	{"Wait looks before it joins those who wait", "Wait/Race"},
	{"Wait does not wait", "Wait/Nothing Wait/Commit"},
	{"Wait waits for a commit always", "Wait/AtOnce"},
	{"wakes nobody", "Wait/Commit"},
	{"Wait ignores its context", "Wait/Context"},
	{"Close leaves Wait waiting", "Wait/Close"},

	{"lets writers run side by side", "Delivery/Lease Concurrency/NothingLost"},
	{"refuses because of what is not committed", "Concurrency/Refused"},
	{"commits users before the rest", "Concurrency/WholeCommits"},
}

// hanging are the faults for which a case waits in vain. With them it is not to wait long; with all
// others it has the time that it has with any storage, so that no mutant is caught by nothing but
// the slowness of a machine.
var hanging = []string{
	"keeps the lock when fn panics", "waits for its turn without the context", "Close leaves what runs running",
	"Wait waits for a commit always", "wakes nobody", "wakes nobody for a deleted account", "Wait ignores its context",
	"Close leaves Wait waiting", "Wait looks before it joins those who wait",
}

func patience(fault string) time.Duration {
	if slices.Contains(hanging, fault) {
		return 400 * time.Millisecond
	}
	return 20 * time.Second
}

func caseNamed(t *testing.T, name string) Case {
	t.Helper()
	cases := Cases()
	i := slices.IndexFunc(cases, func(c Case) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("there is no case %q", name)
	}
	return cases[i]
}

// parallel runs the jobs on as many goroutines as there are processors.
func parallel(jobs []func()) {
	queue := make(chan func())
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Add(1)
		go func() {
			defer group.Done()
			for job := range queue {
				job()
			}
		}()
	}
	for _, job := range jobs {
		queue <- job
	}
	close(queue)
	group.Wait()
}

func TestEveryMutantIsCaught(t *testing.T) {
	var jobs []func()
	for _, m := range mutants {
		for _, name := range strings.Fields(m.cases) {
			c := caseNamed(t, name)
			jobs = append(jobs, func() {
				open := func(testing.TB) storage.Storage { return mapstore.New(m.fault) }
				if r := record(c, open, patience(m.fault)); !r.Failed() {
					t.Errorf("%s does not notice a storage that %s", name, m.fault)
				}
			})
		}
	}
	parallel(jobs)
}

func TestEveryCaseCatchesAMutant(t *testing.T) {
	caught := make(map[string]bool)
	for _, m := range mutants {
		for _, name := range strings.Fields(m.cases) {
			caught[name] = true
		}
	}
	caught["Query/Filters"] = true // by those of TestEveryFilterIsTested
	for _, c := range Cases() {
		if !caught[c.Name] {
			t.Errorf("no mutant breaks the rule of %s", c.Name)
		}
	}
}

// TestFaultsAreCausedByTheirNames fails when the table names a fault that the reference storage
// does not have: such a mutant would be a good storage, which only a case that is wrong could fail.
func TestFaultsAreCausedByTheirNames(t *testing.T) {
	for _, c := range []string{"Update/Commits", "Key/Unique", "Concurrency/WholeCommits"} {
		open := func(testing.TB) storage.Storage { return mapstore.New("a fault that there is not") }
		if r := record(caseNamed(t, c), open, patience(c)); r.Failed() {
			t.Errorf("%s fails a good storage: %s", c, r.said())
		}
	}
}

func TestEveryFilterIsTested(t *testing.T) {
	shape := []string{"Order", "Descending", "After", "Offset", "Limit"} // tested by cases of their own
	query := reflect.TypeFor[storage.Query]()
	var jobs []func()
	for i := range query.NumField() {
		field := query.Field(i).Name
		if slices.Contains(shape, field) {
			continue
		}
		if filters[field] == nil {
			t.Errorf("the suite has no query with the filter %s", field)
			continue
		}
		for _, name := range []string{"Query/Filters", "Query/Random"} {
			c := caseNamed(t, name)
			jobs = append(jobs, func() {
				open := func(testing.TB) storage.Storage { return mapstore.New(mapstore.IgnoresFilter(field)) }
				if r := record(c, open, patience(field)); !r.Failed() {
					t.Errorf("%s does not notice a storage that ignores the filter %s", name, field)
				}
			})
		}
	}
	parallel(jobs)
}
