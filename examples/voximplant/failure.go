package voximplant

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user/password"
	"github.com/ca74b63c/roster/validate"
)

// classCodes has the vendor's error for each code. The vendor's documents list the errors but not
// when each is used; where two fit, the choice is ours.
var classCodes = map[roster.Code]Refusal{
	roster.CodeInternal:             {Code: codeInternal},
	vendorhttp.CodeMalformed:        {Code: codeArguments},
	roster.CodeInvalid:              {Code: codeArguments},
	vendorhttp.CodeTooLarge:         {Code: codeArguments},
	vendorhttp.CodeUnsupportedMedia: {Code: codeArguments},
	vendorhttp.CodeNoRoute:          {Code: codeUnknownCommand},
	vendorhttp.CodeMethodNotAllowed: {Code: codeArguments},
	roster.CodeUnauthenticated:      {Code: codeAuthorization},
	roster.CodeDisabled:             {Code: codeAuthorization},
	roster.CodeDenied:               {Code: codeForbiddenCommand},
	roster.CodeNotFound:             {Code: codeUserID, Field: "user_id"},
	roster.CodeStale:                {Code: codeTryLater},
	roster.CodeExists:               {Code: codeUserNameNotUnique, Field: "user_name"},
	roster.CodeLocked:               {Code: codeTryLater},
	roster.CodeInsufficientFunds:    {Code: codeInsufficientMoney},
	roster.CodeConflict:             {Code: codeTryLater},
	roster.CodeLastAdministrator:    {Code: codeForbiddenCommand},
	roster.CodeLimit:                {Code: codeUserCount},
	vendorhttp.CodeRateLimited:      {Code: codeRateLimit},
	roster.CodeUnavailable:          {Code: codeTryLater},
	roster.CodeUnknownOutcome:       {Code: codeDB},
	roster.CodeCanceled:             {Code: codeInternal},
}

// errorCodes lists errors of the directory that have an error of the vendor's own.
var errorCodes = []struct {
	err error
	Refusal
}{
	{balance.ErrParentAccounting, Refusal{Code: codeNoSeparateBillingUser}},
	{balance.ErrNoRate, Refusal{Code: codeCurrencyAndRegion, Field: "currency"}},
	{balance.ErrCurrency, Refusal{Code: codeCurrency, Field: "currency"}},
	{balance.ErrTooManyPayees, Refusal{Code: codeInvalid, Field: "user_id"}},
	{balance.ErrOverflow, Refusal{Code: codeMoneyAmount, Field: "amount"}},
}

// paramCodes has the error for a wrong parameter, if the vendor has a better one than 496.
var paramCodes = map[string]int{
	"account_id": codeInvalidAccountID, "application_id": codeApplicationID, "application_name": codeApplicationName,
	"user_id": codeUserID, "user_name": codeUserName, "new_user_name": codeNewUserName,
	"user_display_name": codeDisplayName, "user_password": codePasswordWeak, "mobile_phone": codeMobilePhone,
	"acd_queue_id": codeQueueID, "excluded_acd_queue_id": codeQueueID, "skill_id": codeSkillID,
	"showing_skill_id": codeSkillID, "excluded_skill_id": codeExcludedSkillID, "acd_status": codeACDStatus,
	"amount": codeAmount, "currency": codeCurrency,
}

// tooLongCodes has the error for a text that is too long, by parameter.
var tooLongCodes = map[string]int{
	"user_custom_data": codeCustomData, "account_transaction_description": codeAccountDescription,
	"user_transaction_description": codeUserDescription, "user_password": codeTooLong,
}

// passwordCodes has the error for each problem with a new password.
var passwordCodes = map[validate.Code]int{
	validate.TooShort: codePasswordCharacters, password.MissingUpper: codePasswordCharacters,
	password.MissingLower: codePasswordCharacters, password.MissingDigit: codePasswordCharacters,
	password.MissingSpecial: codePasswordCharacters, password.WhiteSpace: codePasswordSpaces, password.Reused: codePasswordUsed,
}

// domainParams has the parameter for each of the directory's paths. The login is user_name; newName
// changes it to new_user_name.
var domainParams = map[string]string{
	"/names/display": "user_display_name", "/identity/customData": "user_custom_data", "/contact/mobile": "mobile_phone",
	password.PathNew: "user_password", "/loginPart": "user_name", "/displayPart": "user_display_name",
	"/applicationName": "application_name", "/limit": "count", "/users": "user_id",
	"/accountDescription": "account_transaction_description", "/userDescription": "user_transaction_description",
	"/identity/login": "user_name",
}

// refusalOf returns the vendor's error for the problem p. Its field is the parameter at the path of
// p. Its number depends on p.Code and on the parameter. If the vendor has no better number, it is
// 496, or 101 for a problem without a parameter. A name that is given twice always has 496. For a
// text that is too long, the limit is the first forbidden length.
func refusalOf(p validate.Problem) Refusal {
	name, ok := domainParams[p.Path]
	element := false
	if !ok {
		name, _, element = strings.Cut(strings.TrimPrefix(p.Path, "/"), "/")
	}
	r := Refusal{Field: name, Code: codeInvalid}
	if element && (name == "user_id" || name == "user_name") { // an empty element, or 0
		r.Code = codeUserID
		return r
	}
	limit, _ := p.Params.Int("max")
	switch p.Code {
	case validate.Required:
		r.Code = codeRequired
		return r
	case vendorhttp.UnknownParameter:
		if r.Code = codeForbiddenParameter; name == "" {
			r.Code, r.More = codeArguments, vendorhttp.UnknownText(p)
		}
		return r
	case validate.Conflict:
		r.Code = codeOnlyOne
		return r
	case validate.Duplicate:
		return r
	case validate.TooLong:
		if code := tooLongCodes[name]; code != 0 {
			r.Code, r.Limit = code, limit+1
			return r
		}
	}
	if code := passwordCodes[p.Code]; name == "user_password" && code != 0 {
		r.Code = code
		return r
	}
	if code := paramCodes[name]; code != 0 {
		r.Code = code
	}
	if name == "" {
		r.Code = codeArguments
	}
	return r
}

// refusals returns the vendor's errors for the failure f, at least one. The first of these cases
// that applies decides:
//
//   - f.Err contains Refusals, a list of the vendor's errors: the result is this list
//   - f.Err is an error in errorCodes: one error
//   - f.Err is a *balance.AmountError for an amount that is a number but not accepted: one error
//   - f has problems: one error for each problem; of equal neighbors only one remains
//   - any other failure: one error for the code of f
func refusals(f vendorhttp.Failure) Refusals {
	var own Refusals
	if errors.As(f.Err, &own) {
		return own
	}
	for _, e := range errorCodes {
		if errors.Is(f.Err, e.err) {
			return Refusals{e.Refusal}
		}
	}
	var amount *balance.AmountError
	if errors.As(f.Err, &amount) && amount.Fault != balance.Malformed {
		return Refusals{{Code: codeMoneyAmount, Field: "amount"}}
	}
	for _, p := range f.Problems {
		r := refusalOf(p)
		if len(own) == 0 || own[len(own)-1] != r {
			own = append(own, r)
		}
	}
	if len(own) > 0 {
		return own
	}
	r := classCodes[f.Code]
	if f.Code == vendorhttp.CodeTooLarge {
		r.More = f.What
	}
	return Refusals{r}
}

// errorReply is the body of a refusal: the first error, and all errors.
type errorReply struct {
	Error  apiError   `json:"error"`
	Errors []apiError `json:"errors"`
}

type apiError struct {
	Msg   string `json:"msg"`
	Code  int    `json:"code"`
	Field string `json:"field_name,omitempty"`
}

// fail writes the failure f to w as the vendor's JSON, with one code and text for each error. The
// HTTP status is f.Status if it is set. Otherwise it is an error status for an unknown path, a
// wrong HTTP method, a request that is too large or an unsupported content type, and 200 for any
// other failure. The vendor's code 162, "try later", also comes with 200, because clients read it
// only then. If f.Retry is set, fail adds the header Retry-After.
func fail(w http.ResponseWriter, _ *http.Request, f vendorhttp.Failure) {
	var reply errorReply
	for _, r := range refusals(f) {
		reply.Errors = append(reply.Errors, apiError{r.Text(), r.Code, r.Field})
	}
	reply.Error = reply.Errors[0]
	status := http.StatusOK
	switch {
	case f.Status != 0:
		status = f.Status
	case f.Code == vendorhttp.CodeNoRoute || f.Code == vendorhttp.CodeMethodNotAllowed || f.Code == vendorhttp.CodeTooLarge || f.Code == vendorhttp.CodeUnsupportedMedia:
		status = vendorhttp.StatusOf(f.Code)
	}
	f.SetRetryAfter(w)
	body, err := json.Marshal(reply)
	if err != nil {
		status, body = http.StatusInternalServerError, nil // never: texts and numbers only
	}
	write(w, status, body)
}
