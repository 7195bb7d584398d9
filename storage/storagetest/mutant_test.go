package storagetest

import (
	"reflect"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest/internal/mapstore"
)

// mutants has the broken storages that each case has to notice, by the names of their faults. A
// storage of mapstore has one fault. More of them are in missing.
var mutants = map[string][]string{
	"View/Empty":               {"returns the zero user for a missing user", "has settings before they were put"},
	"User/NotFound":            {"returns the zero user for a missing user"},
	"Account/Settings":         {"has settings before they were put", "forgets a setting"},
	"View/Unchanging":          {"shows commits to a View that runs"},
	"Concurrency/WholeCommits": {"shows commits to a View that runs", "commits users before the rest"},
	"View/Error":               {"hides the error of fn"},
	"Update/Rollback":          {"hides the error of fn", "commits although fn failed", "scrubs for good at once"},
	"View/AfterEnd":            {"leaves the Reader open after View"},
	"Update/Commits":           {"commits nothing", "hides deleted users", "lists transfers newest first"},
	"User/RoundTrip": {
		"commits nothing", "forgets an attribute", "keeps texts up to a control character", "composes texts",
	},
	"Update/Revision": {
		"counts a transaction that wrote nothing", "counts revisions by two",
		"Revision in Update is the next one",
	},
	"Update/ConfigRevision": {
		"ConfigRevision is any revision", "ConfigRevision is that of the user put last",
		"ConfigRevision shows the transaction's own writes",
	},
	"Update/ConfigRevisions": {"ConfigRevision is that of the user put last"},
	"Key/Freed":              {"commits although fn failed", "lets the deleted keep their names"},
	"Update/Panic":           {"commits although fn panicked", "keeps the lock when fn panics", "swallows a panic"},
	"Update/Poisoned": {
		"forgets an error that fn swallowed", "reads under a context that is done", "takes any id",
		"lets a name be taken twice", "takes transfers in any order", "lets an idempotency key be taken twice",
		"believes every balance",
	},
	"Context/Inside": {"forgets an error that fn swallowed", "reads under a context that is done"},
	"Update/Absence": {
		"rolls back because something was not found", "takes shared keys for unique ones",
		"returns the first of several", "keeps secrets of a missing user",
	},
	"Update/AfterEnd": {"leaves the Writer open after Update"},
	"User/Replaced":   {"User misses the transaction's own writes", "keeps an attribute that is put empty"},
	"Query/AfterWrites": {
		"Users misses the transaction's own writes", "CountUsers misses the transaction's own writes",
		"indexes users only when they are new",
	},
	"Change/IDs":        {"Changes misses the transaction's own writes", "believes a change's own id"},
	"Counters/Given":    {"Counters misses the transaction's own writes", "tells of ids only while they are there"},
	"Update/Nil":        {"calls a function that is not there"},
	"Nested/Refused":    {"lets transactions nest"},
	"Context/Before":    {"begins under a context that is done"},
	"Context/Waiting":   {"waits for its turn without the context"},
	"Context/Commit":    {"commits under a context that is done"},
	"Context/Others":    {"loses the next Update after a caller gave up"},
	"Close/Closed":      {"works after Close", "fails a second Close"},
	"Close/Ends":        {"Close leaves what runs running", "Close does not wait"},
	"Account/Isolation": {"folds the case of account ids", "ends account ids at a control character"},
	"Account/Listing": {
		"lists accounts that nothing was committed to", "lists accounts in no order", "ignores limits",
	},
	"User/Invalid":      {"takes any id"},
	"Reference/Invalid": {"takes any id"},
	"User/Deleted":      {"hides deleted users"},
	"User/Times": {
		"keeps seconds only", "keeps times as nanoseconds", "keeps a transfer's time as nanoseconds",
		"returns local times",
	},
	"Key/Find":   {"finds users by an empty key"},
	"Key/Bytes":  {"compares keys without case"},
	"Key/Unique": {"lets a second user take a key", "names the wrong owner of a key", "finds a user's own keys taken"},
	"Key/Shared": {"takes shared keys for unique ones", "returns the first of several"},
	"Key/Swap":   {"names the wrong owner of a key", "compares keys at the commit only"},
	"Key/Held":   {"frees the names of the deleted at once", "lets the deleted keep shared keys"},
	"Query/Random": {
		"forgets the excluded queue beside a queue", "wants users to be in every subset",
		"forgets the roles of a subset", "forgets the subsets behind the first",
		"sorts ties by ascending id always", "counts the page", "ignores the offset",
	},
	"Query/Filters": {"forgets the custom attributes behind the first", "takes an empty filter for none"},
	"Query/Invalid": {"takes any query"},
	"Order/ByBytes": {"sorts by the login as it is spelt", "sorts ties by ascending id always"},
	"Page/Position": {
		"sorts by the login as it is spelt", "repeats the last of a page", "skips the ties of a position",
		"starts over when the position's user is gone",
	},
	"Page/WhileWriting": {"repeats the last of a page", "turns positions into offsets"},
	"Reference/Listing": {"repeats the last of a page", "lists reference data by name"},
	"Page/Limit":        {"has no greatest page", "ignores limits"},
	"History/Query": {
		"ignores limits", "pages changes by revision", "ignores the user of a change query",
		"ignores the actor of a change query", "ignores the types of a change query",
		"finds the user of a change as its actor", "lists the newest changes last",
		"ignores the place of a query for the newest changes", "takes no types for all types",
		"looks for the first type only", "misses changes before the first",
	},
	"Page/InvalidLimit":   {"takes any limit"},
	"Page/Nothing":        {"finds nothing in a list of its own"},
	"Search/Folded":       {"searches with case"},
	"Search/Fields":       {"searches descriptions"},
	"Search/Hostile":      {"takes % and _ for wildcards", "takes a backslash for an escape"},
	"Secret/RoundTrip":    {"forgets earlier passwords", "does not find the secret of who has none"},
	"Secret/Apart":        {"drops the secret with every PutUser"},
	"Secret/Removed":      {"never removes a secret"},
	"Secret/NotFound":     {"keeps secrets of a missing user"},
	"Reference/RoundTrip": {"forgets an attribute of reference data", "has one set of names for all kinds"},
	"Reference/Unique": {
		"lets a name be taken twice", "compares names without case", "has one set of names for all kinds",
	},
	"Reference/Freed":    {"never frees a name"},
	"Reference/Deleted":  {"deletes what is not there"},
	"Sequence/Once":      {"returns an id twice", "forgets ids that nothing was put under"},
	"Sequence/Greater":   {"counts ids without those that were put", "remembers only the id that was deleted last"},
	"Sequence/Apart":     {"has one sequence for all"},
	"Sequence/Unknown":   {"counts in any sequence"},
	"Sequence/Exhausted": {"wraps ids around"},
	"Transfer/RoundTrip": {"forgets the users that a transfer skipped", "keeps one amount for each transfer"},
	"Transfer/Key": {
		"takes the empty text for an idempotency key", "lets an idempotency key be taken twice",
		"compares idempotency keys without case",
	},
	"Transfer/Balances": {"returns balances in the order of holders", "keeps a balance of the world"},
	"Transfer/Invalid": {
		"keeps a balance of the world", "takes any id of a transfer", "takes postings of nothing",
		"takes postings of less than nothing", "takes any amount", "lets holders pay themselves",
		"takes any number for a holder", "lets users have less than nothing",
		"lets balances grow beyond the bound",
	},
	"Transfer/Query": {
		"lists transfers newest first", "ignores the user of a transfer query",
		"ignores the kinds of a transfer query", "finds transfers by their payees only",
		"takes no kinds for all kinds", "lists a transfer for each posting of its user",
		"ignores the place of a query for the newest transfers",
	},
	"Transfer/Thousand":  {"moves money for the first 999 payees", "has one entry for each transfer"},
	"Transfer/Ascending": {"takes transfers in any order"},
	"Transfer/UsedKey":   {"lets an idempotency key be taken twice"},
	"Transfer/KeyRace":   {"lets an idempotency key be taken twice"},
	"Transfer/Reversal":  {"reverses a transfer twice"},
	"Transfer/Conflict":  {"believes every balance", "adds amounts to balances"},
	"Statement/Order": {
		"lists statements oldest first", "has one entry for each transfer", "pages statements by transfer",
	},
	"Deletion/Everything": {
		"keeps the settings of a deleted account", "keeps the users of a deleted account",
		"keeps the secrets of a deleted account", "keeps the reference data of a deleted account",
		"keeps the balances of a deleted account", "keeps the transfers of a deleted account",
		"begins a deleted account at its first revision", "keeps the deliveries of a deleted account",
		"keeps the dead letters of a deleted account",
	},
	"Deletion/Loading": {"keeps what a Load left"},
	"Deletion/Again": {
		"begins a deleted account at its first revision", "gives the ids of a deleted account again",
		"forgets ConfigRevision with an account",
	},
	"Deletion/Changes": {"hides that the changes of a deleted account are gone"},
	"Deletion/Idle":    {"deletes an account again"},
	"Deletion/Listing": {
		"lists deleted accounts with the others", "never lists deleted accounts", "lists any accounts",
	},
	"Deletion/Turn":    {"deletes an account out of turn"},
	"Deletion/Wait":    {"wakes no call for a deleted account"},
	"Change/RoundTrip": {"forgets an attribute of changes"},
	"History/Invalid":  {"takes any query for changes", "takes any query for transfers"},
	"History/Compacted": {
		"keeps what is compacted", "keeps the last change that is compacted", "does not say what it compacted",
		"says that changes are gone, and not which", "tells of a gap before the newest changes",
		"numbers changes anew after a compaction",
	},
	"History/CompactedAgain": {
		"forgets changes that are not there yet", "moves back what is compacted",
		"counts a compaction that forgets nothing",
	},
	"Load/Counters": {
		"tells of ids only while they are there", "forgets which ids were given elsewhere",
		"forgets that changes are not kept", "hides that changes are not kept",
		"looks what is kept before the limit",
	},
	"Load/Whole":   {"counts the transactions of a load", "lists accounts that are being loaded"},
	"Load/Changes": {"numbers loaded changes anew", "loads changes in any order"},
	"Load/Refused": {"loads over an account that is there", "loads a revision before its changes"},
	"Delivery/RoundTrip": {
		"Delivery misses the transaction's own writes", "forgets the holder of a lease",
		"never moves a position back",
	},
	"DeadLetter/RoundTrip": {
		"DeadLetters misses the transaction's own writes", "keeps the first dead letter of a change",
		"forgets the user that the change of a dead letter created",
	},
	"Delivery/Quiet": {
		"raises the revision for a delivery", "forgets a delivery that comes alone",
		"lists accounts for a delivery",
	},
	"Delivery/Wait": {"raises the revision for a delivery", "Wait returns for a delivery"},
	"Delivery/Lease": {
		"raises the revision for a delivery", "runs an Update again only if the revision has changed",
		"lets writers run side by side",
	},
	"Delivery/Listing": {"lists deliveries by their positions", "repeats the last delivery of a page"},
	"Delivery/Deleted": {
		"deletes deliveries that are not there", "keeps the dead letters of a delivery that is deleted",
	},
	"Delivery/Invalid": {"takes any delivery", "takes any dead letter"},
	"Delivery/Account": {
		"keeps the deliveries of a deleted account", "keeps the dead letters of a deleted account",
		"keeps the deliveries that a deleted account got",
	},
	"Delivery/Load": {"loads after a delivery was put"},
	"DeadLetter/Listing": {
		"lists dead letters by the time of their failure", "has one list of dead letters for all deliveries",
		"pages dead letters by revision",
	},
	"DeadLetter/Absent":    {"keeps dead letters of no delivery", "deletes dead letters that are not there"},
	"DeadLetter/Compacted": {"has the change of a dead letter no more once it is compacted"},
	"DeadLetter/Scrub": {
		"scrubs no dead letters", "keeps the error of a dead letter that is scrubbed", "scrubs everyone",
	},
	"Scrub/Changes":           {"scrubs no changes", "scrubs everyone"},
	"Scrub/Own":               {"scrubs no changes", "scrubs no postings", "scrubs everyone", "scrubs only what is committed"},
	"Scrub/Postings":          {"scrubs no postings", "scrubs everyone"},
	"Copy/In":                 {"keeps the caller's postings", "keeps the caller's changes", "keeps the caller's dead letters"},
	"Copy/Out":                {"gives out its own postings", "gives out its own changes", "gives out its own dead letters"},
	"Number/Extremes":         {"keeps ids as floats"},
	"Wait/Commit":             {"Wait asks but once", "Wait does not wait", "wakes no call"},
	"Wait/Nothing":            {"Wait asks but once", "Wait does not wait"},
	"Wait/Race":               {"Wait looks before it joins those who wait"},
	"Wait/AtOnce":             {"Wait waits for a commit always"},
	"Wait/Context":            {"Wait ignores its context"},
	"Wait/Close":              {"Close leaves Wait waiting"},
	"Concurrency/NothingLost": {"lets writers run side by side"},
	"Concurrency/Refused":     {"refuses because of what is not committed"},
}

// missing are the methods whose broken storage "misses the transaction's own writes". The case
// Update/OwnWrites has to notice each.
var missing = []string{
	"Account", "User", "UserByKey", "Users", "CountUsers", "Secret", "Reference", "ReferenceByName",
	"References", "Balances", "Transfer", "TransferByKey", "Reversal", "Transfers", "Statement", "Changes",
	"Counters", "Delivery", "Deliveries", "DeadLetters",
}

// hanging are the faults for which a case waits in vain. With them it is not to wait long; with all
// others it has the time that it has with any storage, so that no mutant is caught by nothing but
// the slowness of a machine.
var hanging = []string{
	"keeps the lock when fn panics", "waits for its turn without the context", "Close leaves what runs running",
	"Wait waits for a commit always", "wakes no call", "wakes no call for a deleted account", "Wait ignores its context",
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

// notices returns a job that runs a case with a broken storage, and fails the test if the case
// passes.
func notices(t *testing.T, name, fault string) func() {
	t.Helper()
	c := caseNamed(t, name)
	return func() {
		if r := record(c, broken(fault), patience(fault)); !r.Failed() {
			t.Errorf("%s does not notice a storage that %s", name, fault)
		}
	}
}

// broken opens storages with a fault.
func broken(fault string) Open {
	return func(testing.TB) storage.Storage { return mapstore.New(fault) }
}

func TestEveryMutantIsCaught(t *testing.T) {
	var jobs []func()
	for name, faults := range mutants {
		for _, fault := range faults {
			jobs = append(jobs, notices(t, name, fault))
		}
	}
	for _, method := range missing {
		jobs = append(jobs, notices(t, "Update/OwnWrites", method+" misses the transaction's own writes"))
	}
	parallel(jobs)
	for _, c := range Cases() {
		if len(mutants[c.Name]) == 0 && c.Name != "Update/OwnWrites" {
			t.Errorf("no mutant breaks the rule of %s", c.Name)
		}
	}
}

// TestFaultsAreCausedByTheirNames fails when the table names a fault that the reference storage
// does not have: such a mutant would be a good storage, which only a case that is wrong could fail.
func TestFaultsAreCausedByTheirNames(t *testing.T) {
	for _, c := range []string{"Update/Commits", "Key/Unique", "Concurrency/WholeCommits"} {
		if r := record(caseNamed(t, c), broken("a fault that there is not"), patience(c)); r.Failed() {
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
			jobs = append(jobs, notices(t, name, mapstore.IgnoresFilter(field)))
		}
	}
	parallel(jobs)
}
