"""StartAsyncInvoke, GetAsyncInvoke and ListAsyncInvokes: jobs that are kept, run in threads and survive a restart."""

from __future__ import annotations

import base64
import binascii
import builtins
import json
import re
import time
from collections.abc import Callable
from pathlib import Path

from sensorium.errors import Invalid, NotFound, Unavailable
from sensorium.objects.base import Objects
from sensorium.server.bedrock import clips, segmented
from sensorium.server.bedrock.catalogue import Family, identify
from sensorium.server.bedrock.installed import Installed
from sensorium.server.bedrock.job import Job, Status, new_id
from sensorium.server.bedrock.jobrunner import JobRunner
from sensorium.server.bedrock.jobstore import JobStore, Wanted
from sensorium.server.bedrock.jobwork import Work
from sensorium.server.bedrock.parts import AWS_LIMITS, Limits
from sensorium.server.bedrock.sources import Sources
from sensorium.server.call import Answer, Call
from sensorium.wire import marengo, marengobody, nova, novabody
from sensorium.wire.fault import AwsFault
from sensorium.wire.marengo import Request
from sensorium.wire.mediasource import MediaSource
from sensorium.wire.nova import SegmentedEmbedding

_PAGE = 100
"""Jobs on a page where nobody says how many."""
_ARN = re.compile(r"arn:aws(?:-[^:]+)?:bedrock:(?P<region>[^:]*):(?P<account>\d{12}):async-invoke/(?P<id>[a-z0-9]{12})")
_LONGEST = "segmented-embedding-result.json"
"""The longest name of an output file."""
_MEMBERS = ("modelId", "modelInput", "outputDataConfig", "tags")


class AsyncJobs:
    """Implements ``service.Jobs``. ``file`` keeps the jobs, ``folder`` what running ones need on the disk."""

    def __init__(
        self,
        file: Path,
        folder: Path,
        models: Installed,
        objects: Objects,
        *,
        workers: int = 2,
        lenient: bool = False,
        limits: Limits = AWS_LIMITS,
    ) -> None:
        """Begins at once with the jobs that an earlier server left. Raises Corrupt for a file that is not ours."""
        self._models = models
        self._objects = objects
        self._lenient = lenient
        self._limits = limits
        self._store = JobStore(file)
        self._runner = JobRunner(self._store, folder, self._perform, workers)

    def start(self, call: Call) -> Answer:
        """Check the request and keep it. Raises AwsFault, and Conflict for a token that came with another request."""
        members = call.members
        entry = identify(members["modelId"])
        sources = Sources(self._objects, call.caller.account)
        for source in _sources(_parsed(entry.family, members["modelInput"], self._lenient)):
            sources.checked(source)
        now = time.time()
        request = {name: members[name] for name in _MEMBERS if name in members}
        job = Job(
            new_id(),
            call.caller.account,
            call.caller.region,
            entry.id,
            members.get("clientRequestToken"),
            request,
            now,
            now,
        )
        self._check_output(job, sources)
        kept = self._store.add(job)
        if kept is job:
            self._runner.wake()
        return Answer({"invocationArn": kept.arn})

    def get(self, call: Call) -> Answer:
        """The state of one job. Raises AwsFault for an ARN that names none of the caller's account."""
        arn = call.members["invocationArn"]
        found = _ARN.fullmatch(arn)
        job = self._store.get(found["id"]) if found else None
        if job is None or job.account != call.caller.account or job.arn != arn:
            raise AwsFault("ValidationException", f"No async invocation {arn} was found.")
        return Answer(job.summary())

    def list(self, call: Call) -> Answer:
        """A page of the caller's jobs in its region, the newest first unless asked otherwise."""
        members = call.members
        limit = members.get("maxResults", _PAGE)
        wanted = Wanted(
            Status(members["statusEquals"]) if "statusEquals" in members else None,
            members.get("submitTimeAfter"),
            members.get("submitTimeBefore"),
            members.get("sortOrder") == "Ascending",
            _place(members["nextToken"]) if "nextToken" in members else None,
        )
        found = self._store.page(call.caller.account, call.caller.region, wanted, limit + 1)
        more = {"nextToken": _token(found[limit - 1])} if len(found) > limit else {}
        return Answer({"asyncInvokeSummaries": [job.summary() for job in found[:limit]], **more})

    def close(self) -> None:
        """Put the jobs under way down; the next server begins them again."""
        self._runner.close()
        self._store.close()

    def _check_output(self, job: Job, sources: Sources) -> None:
        """Raises AwsFault for an output that can never be written."""
        config = job.request["outputDataConfig"]["s3OutputDataConfig"]
        uri = config["s3Uri"]
        sources.checked(MediaSource(uri=uri, bucket_owner=config.get("bucketOwner")))
        try:
            self._objects.info(f"{job.target}/{_LONGEST}")
        except NotFound as error:
            if error.code == "no_bucket":
                raise AwsFault("ValidationException", f"The output bucket does not exist: {error.message}") from error
        except Unavailable as error:
            if error.code != "access_denied":  # who may only write is not told whether an object is there
                raise

    def _perform(self, job: Job, folder: Path, stopping: Callable[[], bool]) -> None:
        model = self._models.resolve(job.request["modelId"])
        work = Work(self._objects, Sources(self._objects, job.account), folder, job.target, stopping)
        match _parsed(model.family, job.request["modelInput"], self._lenient):
            case SegmentedEmbedding() as request:
                segmented.run(request, model, work, self._limits)
            case Request() as request:
                clips.run(request, model, work)


def _parsed(family: Family, document: object, lenient: bool) -> SegmentedEmbedding | Request:
    match family:
        case Family.NOVA:
            return novabody.parse_segmented(document, lenient)
        case Family.MARENGO_3:
            return marengobody.parse_3(document, "StartAsyncInvoke")
        case Family.MARENGO_2:
            return marengobody.parse_2(document, "StartAsyncInvoke")
        case _:
            message = "The provided model doesn't support asynchronous invocation; InvokeModel answers at once."
            raise AwsFault("ValidationException", message)


def _sources(request: SegmentedEmbedding | Request) -> builtins.list[MediaSource]:
    """The sources in S3 that a request names."""
    match request.content:
        case marengo.MultiInput(_, images):
            found = [source for _, source in images]
        case nova.TextInput() | marengo.TextInput() as given:
            found = [given.text] if isinstance(given.text, MediaSource) else []
        case content:
            found = [content.source]
    return [source for source in found if source.uri is not None]


def _token(last: Job) -> str:
    return base64.urlsafe_b64encode(json.dumps([last.submitted_s, last.id]).encode()).decode()


def _place(token: str) -> tuple[float, str]:
    try:
        submitted_s, id = json.loads(base64.urlsafe_b64decode(token.encode("ascii")))
        return float(submitted_s), str(id)
    except (ValueError, TypeError, binascii.Error) as error:
        raise Invalid("The nextToken is none that this operation gave", path="nextToken") from error
