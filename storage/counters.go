package storage

import "github.com/ca74b63c/roster/user"

// Counters are what an account counts, beside what it has. They say what a copy of it elsewhere could not tell from the
// rest: where its history stands and begins, and which ids must never be given again. None ever goes back. Two are equal
// exactly if == holds.
type Counters struct {
	Revision  user.Revision       `json:"revision"`  // of the state that is read
	Compacted ChangeID            `json:"compacted"` // the last change that is no longer kept; zero: all are kept
	Given     [NumSequences]int64 `json:"given"`     // by Sequence: the greatest id that NextID returned or that was put
}

// NumSequences is one more than the greatest Sequence.
const NumSequences = int(firstRefIDs) + int(user.RefView) + 1
