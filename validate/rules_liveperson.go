package validate

import "math"

// livePersonRules are the rules of the Users API. A rule without documented is the same under both
// profiles.
var livePersonRules = []definition{
	LivePersonAccountID: {"liveperson.account_id",
		byteKind("account id: letters A to Z, digits and _", expression(`^[a-zA-Z0-9_]{1,20}$`, 1, 20)),
		nil, vendors, "LP site ID"},
	LivePersonID: {"liveperson.id", numberKind(1, math.MaxInt64), nil, vendors,
		"Positive long number greater than zero"},
	LivePersonVersion: {"liveperson.v",
		byteKind("API version: a number from 1.0 to 6.0", expression(`^(?:[1-5](?:\.[0-9]+)?|6(?:\.0+)?)$`, 1, 16)),
		new(expression(`^[0-9]+(?:\.[0-9]+)?$`, 1, 16)), own,
		"API version number. Double. Default Value: 2.0 (Most updated: v=6.0)"},
	LivePersonRevision: {"liveperson.if_match",
		byteKind("revision: a whole number, or -1", expression(`^(?:-1|[0-9]+)$`, 1, maxDigits)),
		nil, own, "When using 'IF-MATCH' header with '-1' value you will always get the full response."},
	LivePersonDate: {"liveperson.date", byteKind("date: YYYY-MM-DD HH:MM:SS", expression(patternRealDate, 19, 19)),
		new(expression(patternDate, 19, 19)), vendors,
		"The format: year-month-date hrs:min:sec (Strict: a day and time that exist.)"},
	LivePersonLoginName: {"liveperson.login_name", loginKind, anyText(1, maxEmail), own,
		"A user's unique login name. unique string, required"},
	LivePersonFullName: {"liveperson.full_name", nameKind("full name"), anyText(1, maxName), own,
		"A user's full name. unique string, required"},
	LivePersonNickname: {"liveperson.nickname", nameKind("nickname"), anyText(1, maxName), own,
		"A user's nickname. string, required"},
	LivePersonEmail: {"liveperson.email", emailKind, anyText(1, maxEmail), own, "The user's email. string, required"},
	LivePersonMobileNumber: {"liveperson.mobile_number", mobileKind, anyText(0, maxMobile), own,
		"\"mobileNumber\": \"0542-123456\""},
	LivePersonUserTypeID: {"liveperson.user_type_id", numberKind(0, 2), nil, vendors,
		"0 — system; 1 — human; 2 — bot; (Default: 1)"},
}
