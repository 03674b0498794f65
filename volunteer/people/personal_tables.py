"""What is held about people in the tables of people, and in those of the slices below, which cannot look up here."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.audit.models import AuditEntry, AuditSeal
from volunteer.core.database import db
from volunteer.core.files import StoredFile
from volunteer.core.formkey import FormKey
from volunteer.core.installation import Installation
from volunteer.core.throttle import Attempt
from volunteer.ledger import service as ledger
from volunteer.ledger.models import Account, Seal, Transfer
from volunteer.outbox.models import Message
from volunteer.people import models
from volunteer.people.personal import (
    DELETE,
    STAY,
    declare,
    did,
    doer,
    goes,
    internal,
    nothing_personal,
    owner,
    rewritten,
    secret,
    stays,
)
from volunteer.workdays.models import CalendarDay, CalendarYear

PROOF_OF_IDENTITY = _l("用来核对是不是您本人，只存着算过的样子，谁也还原不出来。")
LOOK_UP = _l("用来查找的编码，由您的信息算出来，还原不出来。")
BOOKKEEPING = _l("系统内部的编号，不含您的信息。")
_OTHERS = _l("这是别人的信息。")
_WORKING = _l("修改的细节里可能带着别人的编号。需要的话，可以向社区申请查看。")

declare(
    models.Person,
    _l("登记信息"),
    owner("id"),
    stays("number area_id language registered_at merged_into_id"),
    rewritten("name name_hash born_on status"),
    goes("display_name sex phone email address school document_kind document verified_at"),
    goes("elder_mode has_second_factor", becomes=False),
    doer("verified_by_id registered_by_id"),
    secret(PROOF_OF_IDENTITY, "password_hash pin_hash"),
    secret(LOOK_UP, "phone_hash document_hash"),
    internal(BOOKKEEPING, "version"),
    merge=STAY,
)
declare(
    models.PersonLookUp,
    _l("查找用的编码"),
    owner("person_id"),
    secret(LOOK_UP, "hash"),
    erase=DELETE,
    merge=STAY,
)
declare(models.PersonSkill, _l("会什么"), owner("person_id"), goes("skill"), erase=DELETE)
declare(models.PersonSlot, _l("有空的时间"), owner("person_id"), goes("weekday part"), erase=DELETE)
declare(
    models.Consent,
    _l("同意过的事"),
    owner("person_id"),
    stays("id kind notice_version given_at way"),
    rewritten("withdrawn_at"),
    doer("recorded_by_id"),
    merge=STAY,  # what was agreed to for the record that stays is what counts
)
declare(
    models.Guardian,
    _l("监护人"),
    owner("ward_id"),
    goes("id relation recorded_at"),
    secret(_OTHERS, "name phone"),
    doer("recorded_by_id"),
    erase=DELETE,
)
declare(
    models.RegistrationReceipt,
    _l("登记的回执"),
    owner("person_id"),
    stays("id area_id received_at state decided_at"),
    goes("reason"),
    doer("decided_by_id"),
    internal(BOOKKEEPING, "token_hash"),
)
declare(
    models.RecordAccess,
    _l("查看档案的申请"),
    owner("person_id"),
    stays("id asked_at state decided_at expires_at"),
    goes("reason"),
    doer("asked_by_id decided_by_id"),
)
declare(
    models.SignInSession,
    _l("登录过的设备"),
    owner("person_id"),
    goes("way created_at last_seen_at second_factor_at confirmed_at"),
    secret(PROOF_OF_IDENTITY, "token_hash"),
    erase=DELETE,
    merge=STAY,
)
declare(
    models.Grant,
    _l("担任的职务"),
    owner("person_id"),
    goes("id role scope_kind scope_id rights granted_at"),
    doer("granted_by_id"),
    erase=DELETE,
)
declare(
    Message,
    _l("收到的消息"),
    owner("person_id"),
    stays("id kind channel not_before useful_until attempts created_at sent_at read_at"),
    goes("payload problem"),
    rewritten("state"),
    internal(BOOKKEEPING, "key claimed_by claimed_until"),
)
declare(
    FormKey,
    _l("提交过的表单"),
    owner("person_id"),
    stays("endpoint created_at"),  # all of it is gone after a month
    internal(BOOKKEEPING, "key body_hash location"),
    merge=STAY,
)
declare(
    AuditEntry,
    _l("操作记录"),
    doer("actor_id"),
    stays("id happened_at act object_kind object_id"),
    internal(_WORKING, "details origin"),
    merge=STAY,  # append-only
    belongs=lambda ids: sa.or_(
        AuditEntry.__table__.c.actor_id.in_(ids),
        sa.and_(AuditEntry.__table__.c.object_kind == "person", AuditEntry.__table__.c.object_id.in_(ids)),
    ),
)


def accounts_of(person_ids: list[int]) -> Any:
    """The condition for accounts of these people in any book."""
    account: Any = Account.__table__.c
    return sa.and_(account.owner_kind == ledger.PERSON, account.owner_id.in_(person_ids))


def _transfers_of(person_ids: list[int]) -> Any:
    """By the accounts' numbers: with a query in their place PostgreSQL reads the whole ledger."""
    mine = list(db.session.scalars(sa.select(Account.__table__.c.id).where(accounts_of(person_ids))))
    transfer: Any = Transfer.__table__.c
    return sa.or_(transfer.debit_account_id.in_(mine), transfer.credit_account_id.in_(mine))


declare(
    Account,
    _l("时长和积分的账户"),
    stays("id book owner_kind owner_id purpose floor continues_in_id"),
    merge=STAY,  # balances move by transfers, see ledger/continuing.py
    belongs=accounts_of,
)
declare(
    Transfer,
    _l("账上的每一笔"),
    stays("id book debit_account_id credit_account_id amount kind operation reverses_id"),
    stays("happened_at recorded_at memo"),
    doer("recorded_by_id"),
    internal(BOOKKEEPING, "key"),
    merge=STAY,  # append-only
    belongs=_transfers_of,
)
did(StoredFile, "created_by_id")
did(CalendarYear, "changed_by_id")

nothing_personal("areas, and how many numbers were given out", Area, models.NumberSeries)
nothing_personal("digests over whole days and runs of rows", Seal, AuditSeal)
nothing_personal("facts about the installation", Installation)
nothing_personal("public holidays", CalendarDay)
nothing_personal("keyed hashes of what was tried, gone after a day", Attempt)
