package vendorhttp

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/validate"
)

// Fault is a delay or a failure that a test server produces on purpose. The zero Fault is none.
type Fault struct {
	Latency time.Duration // waits before anything else
	Failure *Failure      // answers with it, in the vendor's form; nothing is read or changed
}

// FaultHeader is the header that HeaderFaults reads.
const FaultHeader = "X-Roster-Fault"

// maxLatency is the longest delay that a header can request.
const maxLatency = time.Minute

// HeaderFaults returns the fault in the request's header X-Roster-Fault: any of these, separated by
// commas.
//
//	latency=200ms     waits, at most a minute
//	status=503        answers with that status, 400 to 599
//	stale             the version is another one than expected
//	insufficient      not enough money
//	rate-limit        too many requests
//	locked, not-found, denied, unknown-outcome, internal
//
// Use it for Options.Faults of test servers only, never where strangers can connect. A header with
// any other text is answered as an invalid request.
func HeaderFaults(r *http.Request) Fault {
	var f Fault
	for _, line := range r.Header.Values(FaultHeader) {
		for item := range strings.SplitSeq(line, ",") {
			if item = strings.TrimSpace(item); item != "" && !f.read(item) {
				return Fault{Failure: &Failure{Code: roster.CodeInvalid, Problems: []validate.Problem{
					{Path: validate.Child("", FaultHeader), Code: validate.Invalid},
				}}}
			}
		}
	}
	return f
}

var faultCodes = map[string]roster.Code{
	"stale": roster.CodeStale, "insufficient": roster.CodeInsufficientFunds, "rate-limit": CodeRateLimited, "locked": roster.CodeLocked, "not-found": roster.CodeNotFound,
	"denied": roster.CodeDenied, "unknown-outcome": roster.CodeUnknownOutcome, "internal": roster.CodeInternal,
}

func (f *Fault) read(item string) bool {
	name, value, _ := strings.Cut(item, "=")
	switch name {
	case "latency":
		d, err := time.ParseDuration(value)
		f.Latency = d
		return err == nil && d >= 0 && d <= maxLatency
	case "status":
		status, err := strconv.Atoi(value)
		f.Failure = &Failure{Code: codeOf(status), Status: status}
		return err == nil && status >= 400 && status <= 599
	}
	code, ok := faultCodes[name]
	f.Failure = &Failure{Code: code}
	if code == CodeRateLimited {
		f.Failure.Retry = time.Second
	}
	return ok && value == ""
}

// codeOf returns a code that has the status.
func codeOf(status int) roster.Code {
	for _, c := range []roster.Code{CodeMalformed, roster.CodeUnauthenticated, roster.CodeDenied, roster.CodeNotFound, CodeMethodNotAllowed, roster.CodeStale, CodeTooLarge, CodeUnsupportedMedia, CodeRateLimited, roster.CodeUnavailable} {
		if StatusOf(c) == status {
			return c
		}
	}
	if status >= http.StatusInternalServerError {
		return roster.CodeUnavailable
	}
	return roster.CodeConflict
}
