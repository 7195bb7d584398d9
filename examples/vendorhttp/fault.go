package vendorhttp

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/validate"
)

// Fault is a delay, a failure or both, which a test server produces on purpose. The zero Fault is
// no fault.
type Fault struct {
	Latency time.Duration // the delay before anything else
	Failure *Failure      // the reply, in the vendor's form; the request is not read and changes nothing
}

// FaultHeader is the header that HeaderFaults reads.
const FaultHeader = "X-Roster-Fault"

// maxLatency is the longest delay that a header can request.
const maxLatency = time.Minute

// HeaderFaults returns the fault that the request r asks for in the header X-Roster-Fault. The
// header is a list of items with commas between them. Each item is a delay or a failure. If there
// are several delays, the last one applies, and so for failures. The items are:
//
//	latency=200ms     a delay, at most one minute
//	status=503        a reply with that status, 400 to 599
//	stale             the version is another one than expected
//	insufficient      not enough money
//	rate-limit        too many requests
//	locked, not-found, denied, unknown-outcome, internal
//
// Without the header, HeaderFaults returns the zero Fault: no delay and no failure. If an item is
// not valid, the fault is a failure with roster.CodeInvalid and no delay. The failure has one
// problem, at the path "/X-Roster-Fault".
//
// Use HeaderFaults for Options.Faults of test servers only, never where strangers can connect.
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

// codeOf returns a code whose HTTP status is the parameter status, such as roster.CodeNotFound for
// 404. It looks in a list of ten codes. If no code in the list has the status, it returns
// roster.CodeUnavailable for 500 or more, and roster.CodeConflict for less.
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
