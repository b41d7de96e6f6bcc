#!/usr/bin/env bash
# What only AWS can tell, looked at in a deployment of your own. See first-day.md.
#
#   docs/first-day.sh [--yes]       make what it takes, look, and remove it again
#   docs/first-day.sh cloudtrail    a quarter of an hour later: which ID CloudTrail shows
#
# It goes by the environment that the stack's output Environment sets and by your own
# credentials of AWS. It prints a line for each thing it saw, and ends with 1 if
# something was not as it must be.
set -uo pipefail

here=$(cd "$(dirname "$0")" && pwd)
gatepost=${GATEPOST_BIN:-$here/../bin/gatepost}
notes=${FIRST_DAY_NOTES:-first-day.ids} # for the second run

failed=0
yes() { printf 'ok    %s\n' "$*"; }
no() {
	printf 'NO    %s\n' "$*"
	failed=1
}
unseen() { printf '?     %s\n' "$*"; }
said() { sed 's/^/      | /' "$1" | head -n 12; }
end() {
	printf '%s\n' "$*" >&2
	exit 2
}

need() {
	local name
	for name in aws curl openssl; do
		command -v "$name" >/dev/null || end "$name is not installed"
	done
	[ -x "$gatepost" ] || end "there is no $gatepost: run make build"
	for name in GATEPOST_URL GATEPOST_CONFIG_TABLE GATEPOST_DIRECTORY_TABLE GATEPOST_ACTIVITY_TABLE; do
		[ -n "${!name:-}" ] || end "$name is not set: eval the stack's output Environment, see docs/deploy.md"
	done
	[ -z "${AWS_REGION:-}" ] || export AWS_DEFAULT_REGION=$AWS_REGION # version 1 of the AWS CLI knows this one alone
}

# Version 2 of the AWS CLI takes a payload as it stands when it is told so.
raw=""
case $(aws --version 2>&1) in aws-cli/2*) raw=--cli-binary-format ;; esac

on_tables() { "$gatepost" --store dynamodb "$@"; }

# ---- 0. the account ---------------------------------------------------------

the_account() {
	local arn rest
	arn=$(aws sts get-caller-identity --query Arn --output text) || end "AWS does not say who you are"
	rest=${arn#arn:}
	partition=${rest%%:*}
	account=$(aws sts get-caller-identity --query Account --output text) || end "AWS does not say which account this is"
	if [ "${1:-}" != --yes ]; then
		printf 'In account %s, at %s: this makes two connectors, a person, a group, a SAML provider and a\n' "$account" "$GATEPOST_URL"
		printf 'role without permissions, and removes them again. A KMS key and a secret wait 30 days for their end.\nGo on? [y/N] '
		local answer
		read -r answer
		[ "$answer" = y ] || exit 2
	fi
}

concurrency() {
	local limit
	limit=$(aws lambda get-account-settings --query AccountLimit.ConcurrentExecutions --output text 2>"$work/said")
	case $limit in
	'' | *[!0-9]*) unseen "0 how many functions may run at once" && said "$work/said" ;;
	*) if [ "$limit" -ge 100 ]; then
		yes "0 $limit functions may run at once"
	else
		no "0 $limit functions may run at once, for everybody together: raise it under Service Quotas"
	fi ;;
	esac
}

# ---- 1. key creation ----------------------------------------------------------

pair="" # of role and provider, as a connector names them
create() { on_tables connector create "$1" --label "First day" --role "$pair" "${@:2}" >"$work/said" 2>&1; }

key_creation() {
	local kept
	create "$slug"
	kept=$(on_tables key show --connector "$slug" 2>>"$work/said" | grep -o '[a-z]*, generated')
	if [ -n "$kept" ]; then
		yes "1 a key was made and signed its certificate: $kept"
	else
		no "1 no key was made"
		said "$work/said"
		if [ -n "${GATEPOST_KEYS_FUNCTION:-}" ]; then # which says why
			aws lambda invoke --function-name "$GATEPOST_KEYS_FUNCTION" ${raw:+"$raw" raw-in-base64-out} \
				--payload "{\"op\":\"create\",\"slug\":\"$slug\"}" "$work/answer" >/dev/null 2>"$work/said" && mv "$work/answer" "$work/said"
			said "$work/said"
		fi
		return 1
	fi
}

# ---- 2. LeadingKeys inside transactions ---------------------------------------

# answers says which status an address of the deployment answers with.
answers() { # STATUS WORDS METHOD PATH [CURL'S OPTIONS]
	local want=$1 what=$2 got
	got=$(curl --silent --output "$work/page" --write-out '%{http_code}' --cookie "$work/cookies" --cookie-jar "$work/cookies" \
		--max-time 40 --request "$3" "${@:5}" "$GATEPOST_URL$4")
	case " $want " in
	*" $got "*) yes "$what" ;;
	*) no "$what: answered $got, not $want" && return 1 ;;
	esac
}

people() {
	local link path
	openssl rand -hex 24 | tr -d '\n' >"$work/password"
	{ on_tables group create "$name" && on_tables user create "$person" && on_tables group add-member "$name" "$person" --for 10m; } >"$work/said" 2>&1 || {
		no "2 a person and a group, with your own permissions"
		said "$work/said"
		return 1
	}
	link=$(on_tables user password-link "$person" 2>"$work/said" | grep -o 'https\?://[^ ]*' | head -n 1)
	path=${link#"$GATEPOST_URL"}
	answers 200 "2 portal reads" GET "$path" &&
		answers 303 "2 portal sets a password (TransactWriteItems: check, put, delete)" POST /password \
			--data-urlencode "token=${path##*token=}" --data-urlencode "password@$work/password" --data-urlencode "repeat@$work/password" &&
		answers 401 "2 portal refuses a wrong password (a counter and an event)" POST /signin \
			--data-urlencode "username=$person" --data password=wrong &&
		answers "303 200" "2 portal signs in (TransactWriteItems: puts and a delete)" POST /signin \
			--data-urlencode "username=$person" --data-urlencode "password@$work/password"
}

# launch keeps the response, its form's address and its two IDs.
launch() { # SLUG WORDS
	answers 200 "$2" GET "/sso/$1" || return 1
	sed -n 's/.*name="SAMLResponse" value="\([^"]*\)".*/\1/p' "$work/page" | sed 's/&#43;/+/g; s/&#x2b;/+/gI; s/&#61;/=/g' | tr -d '\n' >"$work/response"
	address=$(sed -n 's/.*<form[^>]*action="\([^"]*\)".*/\1/p' "$work/page" | head -n 1)
	openssl base64 -d -A -in "$work/response" -out "$work/xml" || return 1
	response_id=$(grep -o '<[a-z0-9]*:\?Response [^>]*' "$work/xml" | sed -n 's/.* ID="\([^"]*\)".*/\1/p')
	assertion_id=$(grep -o '<[a-z0-9]*:\?Assertion [^>]*' "$work/xml" | sed -n 's/.* ID="\([^"]*\)".*/\1/p')
}

open_to_group() {
	{ on_tables connector grant "$1" "$name" && on_tables connector activate "$1"; } >"$work/said" 2>&1 && return
	no "2 connector $1 cannot be opened" && said "$work/said"
	return 1
}

# ---- 3. a role session that ends soon --------------------------------------------

# soon makes a SAML provider and a role that trusts it, and has STS take a response
# of somebody whose membership ends in ten minutes.
soon() {
	open_to_group "$slug" || return
	local provider=arn:$partition:iam::$account:saml-provider/$name ends expires
	curl --silent --fail --max-time 40 --output "$work/metadata" "$GATEPOST_URL/metadata/$slug" || { no "3 there is no metadata" && return; }
	launch "$slug" "2 sso reads, signs and writes an event (TransactGetItems, PutItem)" || return
	printf '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"%s"},"Action":["sts:AssumeRoleWithSAML","sts:TagSession","sts:SetSourceIdentity"],"Condition":{"StringEquals":{"SAML:aud":"%s"}}}]}' \
		"$provider" "$address" >"$work/trust"
	if ! { aws iam create-saml-provider --name "$name" --saml-metadata-document "file://$work/metadata" &&
		aws iam create-role --role-name "$name" --assume-role-policy-document "file://$work/trust"; } >"$work/said" 2>&1; then
		no "3 IAM does not take the metadata, or you may not make a role" && said "$work/said"
		return
	fi
	local tries
	for tries in 1 2 3 4 5 6 7 8; do # IAM takes a while to know its own new role
		launch "$slug" "3 a response, try $tries" >/dev/null || break
		expires=$(aws sts assume-role-with-saml --role-arn "arn:$partition:iam::$account:role/$name" --principal-arn "$provider" \
			--saml-assertion "file://$work/response" --query Credentials.Expiration --output text 2>"$work/said") && break
		grep -q 'AccessDenied\|InvalidIdentityToken' "$work/said" || break
		[ "$tries" = 8 ] || sleep "${FIRST_DAY_PAUSE:-10}"
	done
	printf '%s %s %s\n' "$response_id" "$assertion_id" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$notes"
	ends=$(grep -o 'SessionNotOnOrAfter="[^"]*"' "$work/xml" | cut -d'"' -f2)
	if [ -z "$expires" ]; then
		no "3 STS does not take a response of which the session ends at ${ends:-no time}" && said "$work/said"
	elif [ -z "$ends" ]; then
		unseen "3 STS gives a session until $expires; the response says no end"
	elif [[ "${expires:0:19}" > "${ends:0:19}" ]]; then
		no "3 STS gives a session until $expires, though the response ends it at $ends"
	else
		yes "3 STS gives a session until $expires, no later than the response's $ends"
	fi
}

# ---- 5. a secret read right after it is written ---------------------------------------

secrets() {
	local kept=$slug-kept
	if ! openssl req -x509 -newkey rsa:2048 -nodes -days 2 -sha256 -subj "/CN=$kept" \
		-keyout "$work/private" -out "$work/certificate" >"$work/said" 2>&1; then
		no "5 openssl makes no key" && said "$work/said"
		return
	fi
	if ! create "$kept" --private-key "$work/private" --certificate "$work/certificate"; then
		no "5 an uploaded key cannot be kept, or not be read right after" && said "$work/said"
		return
	fi
	yes "5 a secret was written and read right after"
	open_to_group "$kept" && launch "$kept" "5 sso reads the secret and signs"
}

# ---- and away again ---------------------------------------------------------------------

remove() {
	trap - EXIT
	local each left=""
	for each in "$slug" "$slug-kept"; do
		on_tables connector show "$each" >/dev/null 2>&1 || continue
		on_tables connector deactivate "$each" >"$work/said" 2>&1
		on_tables connector delete "$each" >>"$work/said" 2>&1 || { no "1 connector $each cannot be deleted, or not its key" && said "$work/said"; }
	done
	on_tables group list | grep -q "^$name" && { on_tables group delete "$name" >/dev/null 2>&1 || left="$left, group $name"; }
	on_tables user show "$person" >/dev/null 2>&1 && { on_tables user delete "$person" >/dev/null 2>&1 || left="$left, user $person"; }
	aws iam get-role --role-name "$name" >/dev/null 2>&1 && { aws iam delete-role --role-name "$name" >/dev/null 2>&1 || left="$left, role $name"; }
	provider=arn:$partition:iam::$account:saml-provider/$name
	aws iam get-saml-provider --saml-provider-arn "$provider" >/dev/null 2>&1 &&
		{ aws iam delete-saml-provider --saml-provider-arn "$provider" >/dev/null 2>&1 || left="$left, SAML provider $name"; }
	[ -z "$left" ] || printf '!     left behind: %s\n' "${left#, }"
	rm -rf "$work"
	exit "$failed"
}

look() {
	need
	the_account "${1:-}"
	umask 077
	work=$(mktemp -d)
	slug=first-day-$(date +%s)
	name=gatepost-$slug
	person=$slug@example.com
	pair=arn:$partition:iam::$account:role/$name,arn:$partition:iam::$account:saml-provider/$name
	trap remove EXIT
	trap 'exit 1' INT TERM
	concurrency
	local key=yes
	key_creation || key=no
	if people; then
		[ $key = no ] || soon
		secrets
	fi
	[ -s "$notes" ] && unseen "4 which ID CloudTrail shows: run $0 cloudtrail in a quarter of an hour"
}

# ---- 4. which ID CloudTrail shows ---------------------------------------------------------

cloudtrail() {
	command -v aws >/dev/null || end "aws is not installed"
	[ -s "$notes" ] || end "there is no $notes: run $0 first"
	local response assertion at events
	read -r response assertion at <"$notes"
	events=$(aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=AssumeRoleWithSAML \
		--start-time "$at" --query 'Events[].CloudTrailEvent' --output text) || end "CloudTrail does not answer"
	case $events in
	*"$assertion"*) yes "4 CloudTrail shows the assertion's ID, $assertion, as the audit record does" ;;
	*"$response"*) no "4 CloudTrail shows the response's ID, $response, and not the assertion's, $assertion" ;;
	*) unseen "4 CloudTrail shows neither $assertion nor $response yet, in this region" ;;
	esac
	exit "$failed"
}

case ${1:-} in
'' | --yes) look "${1:-}" ;;
cloudtrail) cloudtrail ;;
*)
	sed -n '2,9s/^# \{0,1\}//p' "$0"
	exit 2
	;;
esac
