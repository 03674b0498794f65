"""What can be done with a person's record, one file per group of verbs."""

from volunteer.people.service.account import (
    AlreadyDisabled,
    NewPassword,
    NoSuchPerson,
    WrongPassword,
    change_password,
    disable,
    enable,
    end_other_sessions,
    prepare_password,
    save_profile,
    set_elder_mode,
    set_email,
    set_language,
)
from volunteer.people.service.administration import check_password, create_admin
from volunteer.people.service.registration import (
    ConsentNeeded,
    GuardianConsent,
    NewPerson,
    PhoneNotUsable,
    PhoneRegistered,
    register,
    register_by_staff,
    register_many,
)
from volunteer.people.service.roles import (
    UnknownScope,
    grant_role,
    revoke_role,
    revoke_team_roles,
    write_grant,
)
from volunteer.people.service.sign_in import WrongSignIn, check_sign_in

__all__ = [
    "AlreadyDisabled",
    "ConsentNeeded",
    "GuardianConsent",
    "NewPassword",
    "NewPerson",
    "NoSuchPerson",
    "PhoneNotUsable",
    "PhoneRegistered",
    "UnknownScope",
    "WrongPassword",
    "WrongSignIn",
    "change_password",
    "check_password",
    "check_sign_in",
    "create_admin",
    "disable",
    "enable",
    "end_other_sessions",
    "grant_role",
    "prepare_password",
    "register",
    "register_by_staff",
    "register_many",
    "revoke_role",
    "revoke_team_roles",
    "save_profile",
    "set_email",
    "set_elder_mode",
    "set_language",
    "write_grant",
]
