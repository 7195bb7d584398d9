package voximplant

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// errorTable is the file errors.tsv, the vendor's table of errors: code, name, text.
//
//go:embed errors.tsv
var errorTable string

// The codes that the methods on users answer with.
const (
	codeInternal              = 2
	codeDB                    = 4
	codeBilling               = 5
	codeAuthorization         = 100
	codeArguments             = 101
	codeMissingCmd            = 102
	codeUnknownCommand        = 103
	codeForbiddenCommand      = 104
	codeApplicationName       = 107
	codeUserCount             = 109
	codeInvalidAccountID      = 115
	codeApplicationID         = 116
	codeUserID                = 117
	codeUserNameNotUnique     = 118
	codeUserName              = 122
	codeMoneyAmount           = 125
	codeInsufficientMoney     = 127
	codeDisplayName           = 157
	codeTryLater              = 162
	codeMobilePhone           = 203
	codeCurrency              = 210
	codeCustomData            = 212
	codeQueueID               = 218
	codeSkillID               = 222
	codeExcludedSkillID       = 224
	codeAmount                = 225
	codeACDStatus             = 227
	codeAccountDescription    = 234
	codeUserDescription       = 235
	codeRateLimit             = 340
	codeNotInApplication      = 393
	codeTokenFormat           = 447
	codeTokenTTL              = 454
	codeTokenInFuture         = 455
	codeTokenExpired          = 456
	codeOnlyOne               = 458
	codeNewUserName           = 462
	codePasswordCharacters    = 464
	codeRequired              = 485
	codeForbiddenParameter    = 492
	codeInvalid               = 496
	codeTooLong               = 499
	codePasswordWeak          = 523
	codePasswordSpaces        = 524
	codePasswordUsed          = 535
	codeCurrencyAndRegion     = 561
	codeNoSeparateBillingUser = 573
)

// codeTexts returns the vendor's texts by code.
var codeTexts = sync.OnceValue(func() map[int]string {
	texts := make(map[int]string)
	for line := range strings.Lines(errorTable) {
		fields := strings.SplitN(strings.TrimRight(line, "\r\n"), "\t", 3)
		if code, err := strconv.Atoi(fields[0]); err == nil && len(fields) == 3 {
			texts[code] = fields[2]
		}
	}
	return texts
})

// Refusal is one error in the vendor's form.
type Refusal struct {
	Code  int
	Field string // field_name; "" if it is about no parameter
	Limit int64  // of a text that is too long: the length must be less than this
	More  string // what is said behind the vendor's text
}

func refuse(code int, field string) error { return Refusals{{Code: code, Field: field}} }

// Refusals are all errors of one request. The first is the member "error" of the reply.
type Refusals []Refusal

// Error returns the first error as text.
func (r Refusals) Error() string { return fmt.Sprintf("voximplant: %d %s", r[0].Code, r[0].Text()) }

// Text returns the vendor's text for r.Code, with r.Field in place of %1$s, r.Limit in place of
// %3$s, and a plain apostrophe in place of \'. If r.More is not empty, Text appends a colon, a
// space and r.More.
func (r Refusal) Text() string {
	text := strings.NewReplacer("%1$s", r.Field, "%3$s", strconv.FormatInt(r.Limit, 10), `\'`, "'").Replace(codeTexts()[r.Code])
	if r.More != "" {
		text += ": " + r.More
	}
	return text
}
