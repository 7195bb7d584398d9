package validate

import (
	"math"
	"unicode/utf8"
)

// livePersonRules are the rules of the Users API. A rule without documented is the same under both
// profiles.
var livePersonRules = []definition{
	LivePersonAccountID: {
		name: "liveperson.account_id", vendor: vendorLivePerson,
		strict: expression(`^[a-zA-Z0-9_]{1,20}$`, 1, 20),
		valid:  "account id: letters A to Z, digits and _",
		source: "LP site ID",
	},
	LivePersonID: {
		name: "liveperson.id", vendor: vendorLivePerson, unit: Number,
		strict: spec{`^[0-9]+$`, nil, 1, math.MaxInt64},
		valid:  "whole number",
		source: "Positive long number greater than zero",
	},
	LivePersonVersion: {
		name: "liveperson.v", vendor: vendorLivePerson, ownLimit: true,
		documented: new(expression(`^[0-9]+(?:\.[0-9]+)?$`, 1, 16)),
		strict:     expression(`^(?:[1-5](?:\.[0-9]+)?|6(?:\.0+)?)$`, 1, 16),
		valid:      "API version: a number from 1.0 to 6.0",
		source:     "API version number. Double. Default Value: 2.0 (Most updated: v=6.0)",
	},
	LivePersonRevision: {
		name: "liveperson.if_match", vendor: vendorLivePerson, ownLimit: true,
		strict: expression(`^(?:-1|[0-9]+)$`, 1, maxDigits),
		valid:  "revision: a whole number, or -1",
		source: "When using 'IF-MATCH' header with '-1' value you will always get the full response.",
	},
	LivePersonDate: {
		name: "liveperson.date", vendor: vendorLivePerson,
		documented: new(expression(patternDate, 19, 19)),
		strict:     expression(patternRealDate, 19, 19),
		valid:      "date: YYYY-MM-DD HH:MM:SS",
		source:     "The format: year-month-date hrs:min:sec (Strict: a day and time that exist.)",
	},
	LivePersonLoginName: {
		isName: true,
		name:   "liveperson.login_name", vendor: vendorLivePerson, ownLimit: true,
		documented: &spec{"", utf8.ValidString, 1, maxEmail},
		strict:     strictLogin,
		valid:      validLogin,
		source:     "A user's unique login name. unique string, required",
	},
	LivePersonFullName: {
		isName: true,
		name:   "liveperson.full_name", vendor: vendorLivePerson, unit: Characters, ownLimit: true,
		documented: &spec{"", utf8.ValidString, 1, maxName},
		strict:     strictLine,
		valid:      "full name: one line of text",
		source:     "A user's full name. unique string, required",
	},
	LivePersonNickname: {
		isName: true,
		name:   "liveperson.nickname", vendor: vendorLivePerson, unit: Characters, ownLimit: true,
		documented: &spec{"", utf8.ValidString, 1, maxName},
		strict:     strictLine,
		valid:      "nickname: one line of text",
		source:     "A user's nickname. string, required",
	},
	LivePersonEmail: {
		name: "liveperson.email", vendor: vendorLivePerson, ownLimit: true,
		documented: &spec{"", utf8.ValidString, 1, maxEmail},
		strict:     strictEmail,
		valid:      "e-mail address",
		source:     "The user's email. string, required",
	},
	LivePersonMobileNumber: {
		name: "liveperson.mobile_number", vendor: vendorLivePerson, unit: Characters, ownLimit: true,
		documented: &spec{"", utf8.ValidString, 0, 49},
		strict:     strictMobile,
		valid:      validMobile,
		source:     "\"mobileNumber\": \"0542-123456\"",
	},
	LivePersonUserTypeID: {
		name: "liveperson.user_type_id", vendor: vendorLivePerson, unit: Number,
		strict: spec{`^[0-9]+$`, nil, 0, 2},
		valid:  "whole number",
		source: "0 — system; 1 — human; 2 — bot; (Default: 1)",
	},
}
