package voximplant

import "github.com/ca74b63c/roster/examples/vendorhttp"

// knownNames are the parameters of the five methods, and those by which a caller says who calls.
var knownNames = vendorhttp.NamesOf(
	"account_email", "account_id", "account_name", "account_password", "api_key", "cmd", "session_id",
	"account_transaction_description", "acd_queue_id", "acd_status", "amount", "application_id", "application_name", "count",
	"currency", "excluded_acd_queue_id", "excluded_skill_id", "mobile_phone", "new_user_name", "offset", "order_by",
	"parent_accounting", "return_live_balance", "showing_skill_id", "skill_id", "strict_mode", "user_active",
	"user_custom_data", "user_display_name", "user_id", "user_name", "user_password", "user_transaction_description",
	"with_queues", "with_skills",
)
