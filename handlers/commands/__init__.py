"""Every command the desk performs, and the few shapes commands and answers are made of: one name for all."""

from handlers.commands.downtimes import (
    AnswerWindows,
    CancelDowntime,
    ChangeDowntime,
    ChooseWindow,
    CompleteDowntime,
    DeclineDowntime,
    ExtendDowntime,
    FinishDowntime,
    OfferWindows,
    PostponeDowntime,
    PutBlackout,
    PutPreferredTime,
    RaiseDowntime,
    RemindVoices,
    RemoveBlackout,
    SendDowntime,
    StartDowntime,
    SuggestWindow,
    TakeWindow,
    Window,
    WithdrawDowntime,
)
from handlers.commands.house import (
    Climb,
    CreateToken,
    DeliveryFailed,
    FinishTask,
    ForgetAddress,
    ForgetRoom,
    HandTask,
    PlanDigests,
    Reconsider,
    RememberAddress,
    RememberRoom,
    RemoveInstallation,
    Replan,
    RevokeToken,
    SaveInstallation,
    SnoozeTask,
)
from handlers.commands.notices import (
    Acknowledge,
    CallMe,
    CancelNotice,
    ChangeNotice,
    EditRelay,
    NoticeKind,
    NoticeState,
    PostRelay,
    RaiseNotice,
    Rate,
    RecordAcknowledgement,
    RemindReaders,
    RenewBoards,
    ReopenNotice,
    ReportTrouble,
    ResolveNotice,
    SendNotice,
    ShareRootCause,
    StaffInformed,
    UpdateNotice,
)
from handlers.commands.people import (
    AddEmployee,
    ComeBack,
    Duty,
    GoAway,
    Grant,
    PutClient,
    PutLocation,
    PutPerson,
    PutPolicy,
    PutWorkspace,
    RemovePerson,
)
from handlers.commands.requests import (
    Access,
    AnswerQuestion,
    Approve,
    AskQuestion,
    Attachment,
    ChangeApproval,
    ConfirmPhone,
    Disown,
    Fulfil,
    HandOver,
    Purchase,
    PurchaseLine,
    RaiseApproval,
    RecordPhone,
    Recurrence,
    Regret,
    Reject,
    RemindNow,
    SendOn,
    SettleMistake,
    Snooze,
    TakeBack,
    Urgency,
    Withdraw,
)
from handlers.commands.shapes import (
    EPOCH,
    ITSELF,
    Actor,
    Chat,
    Event,
    Outcome,
    Ref,
    Refused,
    Service,
    System,
)

Command = (
    RaiseApproval
    | Approve
    | Reject
    | Withdraw
    | ChangeApproval
    | SendOn
    | AskQuestion
    | AnswerQuestion
    | HandOver
    | Snooze
    | Disown
    | TakeBack
    | Regret
    | SettleMistake
    | RemindNow
    | RecordPhone
    | ConfirmPhone
    | Fulfil
    | PutClient
    | PutPerson
    | RemovePerson
    | AddEmployee
    | PutPolicy
    | PutWorkspace
    | GoAway
    | ComeBack
    | FinishTask
    | Climb
    | SaveInstallation
    | RemoveInstallation
    | RememberAddress
    | ForgetAddress
    | RememberRoom
    | ForgetRoom
    | SnoozeTask
    | HandTask
    | PlanDigests
    | Replan
    | CreateToken
    | RevokeToken
    | DeliveryFailed
    | Reconsider
    | Acknowledge
    | CallMe
    | CancelNotice
    | ChangeNotice
    | EditRelay
    | PostRelay
    | RaiseNotice
    | Rate
    | RecordAcknowledgement
    | RemindReaders
    | RenewBoards
    | ReopenNotice
    | ReportTrouble
    | ResolveNotice
    | SendNotice
    | ShareRootCause
    | StaffInformed
    | UpdateNotice
    | RaiseDowntime
    | ChangeDowntime
    | SendDowntime
    | AnswerWindows
    | ChooseWindow
    | SuggestWindow
    | DeclineDowntime
    | TakeWindow
    | OfferWindows
    | WithdrawDowntime
    | RemindVoices
    | StartDowntime
    | ExtendDowntime
    | FinishDowntime
    | CompleteDowntime
    | PostponeDowntime
    | CancelDowntime
    | PutBlackout
    | RemoveBlackout
    | PutPreferredTime
)

__all__ = [
    "EPOCH",
    "ITSELF",
    "Access",
    "Acknowledge",
    "Actor",
    "AddEmployee",
    "AnswerQuestion",
    "AnswerWindows",
    "Approve",
    "AskQuestion",
    "Attachment",
    "CallMe",
    "CancelDowntime",
    "CancelNotice",
    "ChangeApproval",
    "ChangeDowntime",
    "ChangeNotice",
    "Chat",
    "ChooseWindow",
    "Climb",
    "ComeBack",
    "Command",
    "CompleteDowntime",
    "ConfirmPhone",
    "CreateToken",
    "DeclineDowntime",
    "DeliveryFailed",
    "Disown",
    "Duty",
    "EditRelay",
    "Event",
    "ExtendDowntime",
    "FinishDowntime",
    "FinishTask",
    "ForgetAddress",
    "ForgetRoom",
    "Fulfil",
    "GoAway",
    "Grant",
    "HandOver",
    "HandTask",
    "NoticeKind",
    "NoticeState",
    "OfferWindows",
    "Outcome",
    "PlanDigests",
    "PostRelay",
    "PostponeDowntime",
    "Purchase",
    "PurchaseLine",
    "PutBlackout",
    "PutClient",
    "PutLocation",
    "PutPerson",
    "PutPolicy",
    "PutPreferredTime",
    "PutWorkspace",
    "RaiseApproval",
    "RaiseDowntime",
    "RaiseNotice",
    "Rate",
    "Reconsider",
    "RecordAcknowledgement",
    "RecordPhone",
    "Recurrence",
    "Ref",
    "Refused",
    "Regret",
    "Reject",
    "RememberAddress",
    "RememberRoom",
    "RemindNow",
    "RemindReaders",
    "RemindVoices",
    "RemoveBlackout",
    "RemoveInstallation",
    "RemovePerson",
    "RenewBoards",
    "ReopenNotice",
    "Replan",
    "ReportTrouble",
    "ResolveNotice",
    "RevokeToken",
    "SaveInstallation",
    "SendDowntime",
    "SendNotice",
    "SendOn",
    "Service",
    "SettleMistake",
    "ShareRootCause",
    "Snooze",
    "SnoozeTask",
    "StaffInformed",
    "StartDowntime",
    "SuggestWindow",
    "System",
    "TakeBack",
    "TakeWindow",
    "UpdateNotice",
    "Urgency",
    "Window",
    "Withdraw",
    "WithdrawDowntime",
]
