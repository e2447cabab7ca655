export {
  confirmDialog,
  type Dialog,
  dialogKey,
  dialogKeyOf,
  notifiedDialog,
  refreshTarget,
  seenByPeer,
  uacDialog,
  uasDialog,
} from './dialog/dialog.ts';
export {
  type InDialogOptions,
  type InDialogResult,
  nextHopUri,
  receiveInDialog,
  requestInDialog,
  routeOf,
} from './dialog/in-dialog.ts';
export {
  exchange,
  noOffer,
  type OfferAnswer,
  offerAnswerTable,
  offerConflict,
  type Side,
} from './dialog/offer-answer.ts';
export { type AuthValue, formatAuth, parseAuth } from './digest/auth-header.ts';
export {
  type Challenge,
  computeHa1,
  type DigestAlgorithm,
  type DigestCredentials,
  type DigestInput,
  digestAlgorithms,
  digestCredentials,
  digestResponse,
  equalInConstantTime,
  formatChallenge,
  hashHex,
  parseAlgorithm,
  verifyDigest,
} from './digest/digest.ts';
export { canonicalName, isListHeader, knownName } from './header-name.ts';
export { bareHost, formatHostPort, type HostPort, parseHostPort, referenceHost } from './host-port.ts';
export { branchCookie, newBranch, newCallId, newTag } from './identifier.ts';
export { splitList } from './list.ts';
export {
  defaultPorts,
  type Inquiry,
  inquiryFor,
  type NextHop,
  nextHopOf,
  type Server,
  type ServiceQuery,
  type SipTransport,
  sipTransports,
} from './locate/inquiry.ts';
export { type NaptrRecord, servicesOffered } from './locate/naptr.ts';
export { orderSrv, type SrvRecord } from './locate/srv.ts';
export {
  appendHeader,
  emptyBody,
  header,
  headers,
  prependHeader,
  type SipHeader,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  withBody,
  withHeader,
  withHeaders,
  withoutHeader,
} from './message.ts';
export { formatNameAddr, type NameAddr, parseNameAddr, tagOf } from './name-addr.ts';
export { namesOption } from './option-tag.ts';
export { formatParams, noParams, type Params, parseParams, quote, unquote, withParam } from './params.ts';
export type { SipParseError, SipParseErrorCode } from './parse-error.ts';
export { maxHeaders, maxMessageBytes, type ParseResult, parseMessage } from './parse-message.ts';
export {
  formatRAck,
  noReliableResponses,
  type ReliableClientState,
  reliableSequence,
  settlePrack,
  takeProvisional,
} from './provisional/reliable-client.ts';
export {
  type ReliableServerEffect,
  type ReliableServerInput,
  type ReliableServerState,
  type ReliableTimer,
  reliableServer,
  reliableServerTable,
} from './provisional/reliable-server.ts';
export { bestResponse } from './proxy/best-response.ts';
export { type Branch, type BranchName, type BranchTimer, branchTable } from './proxy/branch.ts';
export type {
  ResponseContextEffect,
  ResponseContextInput,
  ResponseContextOptions,
  ResponseContextState,
  ResponseContextStep,
} from './proxy/context.ts';
export {
  type ForwardOptions,
  forwardRequest,
  hopsUsedUp,
  isLooped,
  loopBranch,
  type OwnRoutes,
  routeOnward,
  takeOwnRoutes,
} from './proxy/forward.ts';
export { responseContext } from './proxy/response-context.ts';
export { reasonPhrase } from './reason-phrase.ts';
export { Recent } from './recent.ts';
export { ackForFailure, cancelOf, type ResponseExtra, responseTo } from './response.ts';
export { sameUri } from './same-uri.ts';
export {
  type CSeq,
  parseContentLength,
  parseCSeq,
  parseMaxForwards,
  parseRAck,
  parseRSeq,
  parseSeconds,
  type RAck,
} from './scalar.ts';
export { serializeMessage, startLine } from './serialize-message.ts';
export { carriesSession } from './session-body.ts';
export {
  answerHeaders,
  answerTerms,
  type DefaultRefresher,
  requestHeaders,
  type SessionTerms,
  termsOf,
} from './session-timer/agreement.ts';
export {
  formatSessionExpires,
  minimumIntervalSec,
  minSessionExpiresOf,
  parseSessionExpires,
  type SessionExpires,
  sessionExpiresOf,
  sessionTooSmall,
  supportsTimer,
} from './session-timer/session-expires.ts';
export {
  type SessionTimerEffect,
  type SessionTimerInput,
  type SessionTimerState,
  sessionTimer,
  sessionTimerTable,
} from './session-timer/session-timer.ts';
export { type FramerEvent, StreamFramer } from './stream-framer.ts';
export { isStun, stunBindingResponse } from './stun.ts';
export {
  type EventType,
  parseEvent,
  parseSubscriptionState,
  type SubscriptionStatus,
} from './subscription/event.ts';
export {
  endsSubscription,
  type SubscriptionEffect,
  type SubscriptionInput,
  type SubscriptionName,
  type SubscriptionState,
  type SubscriptionStep,
  subscription,
  subscriptionTable,
} from './subscription/subscription.ts';
export { type InviteClientState, inviteClient, inviteClientTable } from './transaction/invite-client.ts';
export { type InviteServerState, inviteServer, inviteServerTable } from './transaction/invite-server.ts';
export { clientTransactionKey, serverTransactionKey, transactionKey } from './transaction/key.ts';
export {
  type ClientInput,
  defaultTiming,
  type Machine,
  type ServerInput,
  type Step,
  type TerminationReason,
  type TimerName,
  type Timing,
  type TransactionEffect,
  type TransactionOptions,
} from './transaction/machine.ts';
export {
  type NonInviteClientState,
  nonInviteClient,
  nonInviteClientTable,
} from './transaction/non-invite-client.ts';
export {
  type NonInviteServerState,
  nonInviteServer,
  nonInviteServerTable,
  nonInviteTryingDelayMs,
} from './transaction/non-invite-server.ts';
export {
  escapeUser,
  formatUri,
  parseUri,
  type SipUri,
  type UriHeader,
  unescapeUri,
  uriScheme,
} from './uri.ts';
export {
  isKnownMethod,
  isUsableResponse,
  type Rejection,
  type ValidationOptions,
  validateRequest,
} from './validate.ts';
export {
  formatVia,
  ownVia,
  parseVia,
  stampVia,
  topVia,
  type Via,
  withoutTopVia,
} from './via.ts';
