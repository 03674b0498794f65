"""What can be done with second factors and forgotten passwords, one file per group of verbs."""

from volunteer.safety.service.app import NothingOffered, WrongCode, accept, address, offer
from volunteer.safety.service.confirming import (
    WrongPassword,
    check_code,
    confirm_by_code,
    confirm_by_password,
)
from volunteer.safety.service.factors import (
    LastFactor,
    NoFactor,
    end_sign_in,
    remove_app,
    remove_at_counter,
    remove_passkey,
)
from volunteer.safety.service.passkeys import PasskeyRefused, TooManyPasskeys
from volunteer.safety.service.recovery import renew as renew_recovery_codes
from volunteer.safety.service.resetting import (
    LinkIsOver,
    NotActive,
    WrongSlip,
    answer,
    ask,
    check_new_password,
    forget_old,
    give_code,
    set_by_link,
    set_by_slip,
    slip_hash,
    waiting_requests,
)
from volunteer.safety.service.restored import end_all_ways_in

__all__ = [
    "LastFactor",
    "LinkIsOver",
    "NoFactor",
    "NotActive",
    "NothingOffered",
    "PasskeyRefused",
    "TooManyPasskeys",
    "WrongCode",
    "WrongPassword",
    "WrongSlip",
    "accept",
    "address",
    "answer",
    "ask",
    "check_code",
    "check_new_password",
    "confirm_by_code",
    "confirm_by_password",
    "forget_old",
    "give_code",
    "offer",
    "end_all_ways_in",
    "end_sign_in",
    "remove_app",
    "remove_at_counter",
    "remove_passkey",
    "renew_recovery_codes",
    "set_by_link",
    "set_by_slip",
    "slip_hash",
    "waiting_requests",
]
